using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Versioning.Generators;

namespace Versioning.Tests.Generators;

/// <summary>A compilation with the generator, in memory.</summary>
internal sealed class GeneratorRun
{
    private static readonly MetadataReference[] References =
        [MetadataReference.CreateFromFile(typeof(object).Assembly.Location), MetadataReference.CreateFromFile(typeof(VersionStore).Assembly.Location), MetadataReference.CreateFromFile(Path.Join(Path.GetDirectoryName(typeof(object).Assembly.Location), "System.Runtime.dll"))];

    private GeneratorDriver _driver;
    private CSharpCompilation _compilation;

    internal GeneratorRun(string code, (string Path, string Text)[] files, params (string Name, string Value)[] properties)
    {
        var parse = new CSharpParseOptions(LanguageVersion.CSharp9);
        _compilation = CSharpCompilation.Create("app", [CSharpSyntaxTree.ParseText(code, parse)], References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        _driver = CSharpGeneratorDriver.Create(
            [new PinsGenerator().AsSourceGenerator()],
            [.. files.Select(f => new InMemoryFile(f.Path, f.Text))],
            parse,
            new Options(properties.ToImmutableDictionary(p => "build_property." + p.Name, p => p.Value)),
            new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        Run();
    }

    internal IReadOnlyList<Diagnostic> Diagnostics { get; private set; } = [];

    /// <summary>What the compiler says of code and generated code together.</summary>
    internal string[] Errors { get; private set; } = [];

    internal string Source => string.Concat(_driver.GetRunResult().GeneratedTrees);

    /// <summary>Compiles anew with other code.</summary>
    /// <returns>Why the generator's outputs are what they are.</returns>
    internal IncrementalStepRunReason[] Edit(string code)
    {
        _compilation = _compilation.ReplaceSyntaxTree(_compilation.SyntaxTrees[0], CSharpSyntaxTree.ParseText(code, (CSharpParseOptions)_compilation.SyntaxTrees[0].Options));
        Run();
        return [.. _driver.GetRunResult().Results[0].TrackedOutputSteps.SelectMany(s => s.Value).SelectMany(s => s.Outputs).Select(o => o.Reason)];
    }

    private void Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(_compilation, out Compilation compiled, out ImmutableArray<Diagnostic> diagnostics);
        Diagnostics = diagnostics;
        Errors = [.. compiled.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning).Select(d => d.ToString())];
    }

    private sealed class InMemoryFile(string path, string text) : AdditionalText
    {
        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text);
    }

    private sealed class Options(ImmutableDictionary<string, string> values) : AnalyzerConfigOptionsProvider
    {
        public override AnalyzerConfigOptions GlobalOptions { get; } = new Values(values);

        public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => GlobalOptions;

        public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => GlobalOptions;

        private sealed class Values(ImmutableDictionary<string, string> values) : AnalyzerConfigOptions
        {
            public override bool TryGetValue(string key, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
        }
    }
}
