using System.Buffers;
using System.Text.Json;
using Versioning.Capture;

namespace Versioning.Pipelines.Defining;

/// <summary>Reads one stage of <c>versions.json</c>.</summary>
internal sealed class StageReader
{
    private const string Known = "'command', 'shell', 'folder', 'inputs', 'files', 'parameters', 'parameterFiles', 'matrix', 'outputs', 'metrics' and 'environment'";

    private static readonly SearchValues<char> Reserved = SearchValues.Create("{}:$\r\n");

    private readonly string _name;
    private readonly DefinitionReader _reader;
    private readonly List<StageInput> _inputs = [];
    private readonly List<StageParameter> _parameters = [];
    private readonly List<MatrixAxis> _matrix = [];
    private readonly List<StageOutput> _outputs = [];
    private string[] _command = [], _files = [], _environment = [];
    private string? _shell, _metrics;
    private string _folder = "";

    private StageReader(string file, string name) => (_name, _reader) = (name, new DefinitionReader(file, name));

    /// <exception cref="VersioningException">It is not what it should be.</exception>
    internal static StageDefinition Read(string file, string name, JsonElement value) => new StageReader(file, name).Read(value);

    private StageDefinition Read(JsonElement value)
    {
        string run = References.RunName(_name);
        _reader.Require(References.IsArtifactName(run), "its name can't be that of runs: use ASCII letters, digits, '.', '_' and '-'");
        foreach (JsonProperty member in _reader.Members(value, "it"))
        {
            ReadMember(member.Name, member.Value);
        }

        _reader.Require(_command.Length > 0 != _shell is not null, "it needs either a 'command', a list of a program and its arguments, or a line for the 'shell'");
        RequireNoSecret();
        string[] names = [.. _parameters.Select(parameter => parameter.Name).Concat(_matrix.Select(axis => axis.Name))];
        RequireOnce(names, "parameter");
        RequireOnce(_inputs.Select(input => input.Name), "input");
        RequireOnce(_outputs.Select(output => output.Artifact), "output");
        var stage = new StageDefinition(
            _name,
            new StageCommand(_command, _shell),
            _folder,
            _inputs,
            _files,
            [.. _parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)],
            _matrix,
            [.. _outputs.OrderBy(output => output.Artifact, StringComparer.Ordinal)],
            _metrics,
            _environment);
        Placeholders.Check(stage, _reader);
        return stage;
    }

    private void ReadMember(string name, JsonElement value)
    {
        switch (name)
        {
            case "command":
                _command = _reader.Texts(value, "'command'");
                break;
            case "shell":
                _shell = _reader.Text(value, "'shell'");
                break;
            case "folder":
                string folder = _reader.Text(value, "'folder'");
                _folder = folder is "." or "./" ? "" : _reader.InWorkspace(folder, "the folder");
                break;
            case "inputs":
                _reader.Require(value.ValueKind == JsonValueKind.Array, "'inputs' is not a list");
                _inputs.AddRange(value.EnumerateArray().Select(input => StageInputReader.Read(_reader, input)));
                break;
            case "files":
                _files = [.. _reader.Texts(value, "'files'").Select(glob => _reader.InWorkspace(glob, "the glob"))];
                _ = new Globs(_files);
                break;
            case "parameters":
                _parameters.AddRange(_reader.Members(value, "'parameters'").Select(member => new StageParameter(Name(member.Name), _reader.Scalar(member.Value, $"parameter '{member.Name}'"), null)));
                break;
            case "parameterFiles":
                ReadParameterFiles(value);
                break;
            case "matrix":
                _matrix.AddRange(_reader.Members(value, "'matrix'").Select(member => new MatrixAxis(Name(member.Name), Values(member))));
                break;
            case "outputs":
                _outputs.AddRange(_reader.Members(value, "'outputs'").Select(member => StageOutputReader.Read(_reader, member)));
                break;
            case "metrics":
                _metrics = _reader.InWorkspace(_reader.Text(value, "'metrics'"), "the metrics file");
                break;
            case "environment":
                _environment = _reader.Texts(value, "'environment'");
                break;
            default:
                throw _reader.Wrong($"'{name}' is not known there; it may have {Known}");
        }
    }

    private void ReadParameterFiles(JsonElement value)
    {
        foreach (JsonProperty member in _reader.Members(value, "'parameterFiles'"))
        {
            string file = _reader.InWorkspace(member.Name, "the parameter file");
            _reader.Require(ParameterFile.IsKnown(file), $"'{file}' is neither a JSON nor a YAML file");
            _parameters.AddRange(_reader.Texts(member.Value, $"the keys of '{file}'").Select(key => new StageParameter(Name(key), null, file)));
        }
    }

    private string[] Values(JsonProperty axis)
    {
        _reader.Require(axis.Value.ValueKind == JsonValueKind.Array && axis.Value.GetArrayLength() > 0, $"'{axis.Name}' of the matrix is not a list of values");
        string[] values = [.. axis.Value.EnumerateArray().Select(value => _reader.Scalar(value, $"a value of '{axis.Name}'"))];
        RequireOnce(values, $"value of '{axis.Name}'");
        return values;
    }

    /// <summary>What a stage is declared to be is kept with each run. To mask it would make two definitions one.</summary>
    private void RequireNoSecret()
    {
        bool isSecret = _shell is null ? !Secrets.MaskArguments(_command).SequenceEqual(_command) : Secrets.MaskText(_shell) != _shell;
        _reader.Require(!isSecret, "its command holds what looks like a credential, and what runs record stays for ever; have it read an environment variable");
    }

    private string Name(string name)
    {
        _reader.Require(name.Length is > 0 and <= 200 && !name.AsSpan().ContainsAny(Reserved), $"'{name}' can't be the name of a parameter");
        return name;
    }

    private void RequireOnce(IEnumerable<string> names, string what)
    {
        string? twice = names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        _reader.Require(twice is null, $"{what} '{twice}' stands there twice");
    }
}
