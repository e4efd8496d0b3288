using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using Versioning.Workspaces;

namespace Versioning.Generators;

/// <summary>Makes <c>Pins.Models.Churn</c> out of the <c>versions.lock</c> among the additional files.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class PinsGenerator : IIncrementalGenerator
{
    private const string LockName = "versions.lock", WorkspaceName = "versions.json";

    // A workspace that only names its store needs no lock.
    private static readonly Regex SomePin = new("\"pins\"\\s*:\\s*\\{\\s*\"", RegexOptions.CultureInvariant);

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValueProvider<ImmutableArray<(string Path, string Text)>> locks = context.AdditionalTextsProvider
            .Where(file => Path.GetFileName(file.Path) == LockName)
            .Select((file, token) => (file.Path, file.GetText(token)?.ToString() ?? ""))
            .Collect();
        IncrementalValueProvider<ImmutableArray<string>> workspaces = context.AdditionalTextsProvider
            .Where(file => Path.GetFileName(file.Path) == WorkspaceName)
            .Select((file, token) => SomePin.IsMatch(file.GetText(token)?.ToString() ?? "") ? file.Path : "")
            .Where(path => path.Length > 0)
            .Collect();
        IncrementalValueProvider<(string Namespace, string Type)> names = context.AnalyzerConfigOptionsProvider.Select((options, _) => Names(options.GlobalOptions));
        context.RegisterSourceOutput(locks.Combine(names), (output, input) => Generate(output, input.Left, input.Right));
        context.RegisterSourceOutput(workspaces.Combine(locks), (output, input) => RequireLock(output, input.Left, input.Right.IsEmpty));
    }

    private static (string Namespace, string Type) Names(AnalyzerConfigOptions options)
    {
        string space = Property(options, "VersioningNamespace") ?? Property(options, "RootNamespace") ?? "";
        return (Identifiers.Namespace(space), Identifiers.Valid(Property(options, "VersioningPinsClass") ?? "Pins"));
    }

    private static string? Property(AnalyzerConfigOptions options, string name) =>
        options.TryGetValue("build_property." + name, out string? value) && value.Trim().Length > 0 ? value.Trim() : null;

    private static void Generate(SourceProductionContext output, ImmutableArray<(string Path, string Text)> locks, (string Namespace, string Type) names)
    {
        if (locks.IsEmpty)
        {
            return;
        }

        (string path, string text) = locks.OrderBy(l => l.Path, StringComparer.Ordinal).First();
        if (locks.Any(l => l.Path != path))
        {
            output.ReportDiagnostic(Diagnostic.Create(Diagnostics.Several, In(path, 1), path));
        }

        var pins = new PinType();
        try
        {
            foreach (LockedPin pin in LockText.Parse(text))
            {
                IReadOnlyList<string> place = Identifiers.Path(pin.Name, names.Type);
                if (pins.Add(place, pin) is { } other)
                {
                    output.ReportDiagnostic(Diagnostic.Create(Diagnostics.Collision, In(path, pin.Line), other.Name, pin.Name, $"{names.Type}.{string.Join(".", place)}"));
                }
            }
        }
        catch (LockTextException e)
        {
            output.ReportDiagnostic(Diagnostic.Create(Diagnostics.Broken, In(path, e.Line), e.Message));
            return;
        }

        output.AddSource("Pins.g.cs", SourceText.From(PinsSource.Write(names.Namespace, names.Type, pins), Encoding.UTF8));
    }

    private static void RequireLock(SourceProductionContext output, ImmutableArray<string> workspaces, bool isMissing)
    {
        if (isMissing && !workspaces.IsEmpty)
        {
            output.ReportDiagnostic(Diagnostic.Create(Diagnostics.Missing, In(workspaces[0], 1)));
        }
    }

    private static Location In(string path, int line)
    {
        var start = new LinePosition(line - 1, 0);
        return Location.Create(path, default, new LinePositionSpan(start, start));
    }
}
