using System.Globalization;

namespace Versioning.Benchmarks;

/// <summary>The words of a command line: options (<c>--name value</c>), switches (<c>--name</c>), and the rest in order.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly HashSet<string> _switches = [];

    public Arguments(IEnumerable<string> words, IReadOnlySet<string> switches)
    {
        Queue<string> rest = new(words);
        List<string> plain = [];
        while (rest.TryDequeue(out string? word))
        {
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                plain.Add(word);
            }
            else if (switches.Contains(word))
            {
                _switches.Add(word);
            }
            else
            {
                _options[word] = rest.TryDequeue(out string? value) ? value : throw new UsageException($"{word} needs a value.");
            }
        }

        Plain = plain;
    }

    /// <summary>The words that belong to no option.</summary>
    public IReadOnlyList<string> Plain { get; }

    public bool Has(string name) => _switches.Contains(name);

    public string? Text(string name) => _options.GetValueOrDefault(name);

    public string Required(string name) => Text(name) ?? throw new UsageException($"{name} is missing.");

    public int Number(string name, int otherwise) => Parse(name, otherwise);

    public double Number(string name, double otherwise) => Parse(name, otherwise);

    public ulong Number(string name, ulong otherwise) => Parse(name, otherwise);

    public string[] List(string name, string otherwise) =>
        (Text(name) ?? otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private T Parse<T>(string name, T otherwise)
        where T : IParsable<T> =>
        Text(name) is not { } text ? otherwise
        : T.TryParse(text, CultureInfo.InvariantCulture, out T? value) ? value
        : throw new UsageException($"{name} does not take '{text}'.");
}
