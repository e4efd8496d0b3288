using Versioning.Benchmarks;
using Versioning.Benchmarks.Remote;

try
{
    Arguments Parse(params string[] switches) => new(args.Skip(1), switches.ToHashSet());
    return args.FirstOrDefault() switch
    {
        "generate" => GenerateVerb.Run(Parse()),
        "compare" => CompareVerb.Run(Parse("--fresh", "--skip-generate", "--targets")),
        "stream" => await StreamVerb.RunAsync(Parse()),
        "million" => await MillionVerb.RunAsync(Parse()),
        "remote" => await RemoteVerb.RunAsync(Parse()),
        "lineage" => await LineageVerb.RunAsync(Parse()),
        "audit" => await AuditVerb.RunAsync(Parse()),
        "pins" => PinsVerb.Run(Parse()),
        "soak" => await SoakVerb.RunAsync(Parse()),
        "builds" => BuildsVerb.Run(Parse()),
        "report" => ReportVerb.Run(Parse()),
        "micro" => MicroVerb.Run(args[1..]),
        _ => throw new UsageException($"""
            usage:
              {GenerateVerb.Usage}
              {CompareVerb.Usage.ReplaceLineEndings("\n      ")}
              {StreamVerb.Usage}
              {MillionVerb.Usage}
              {RemoteVerb.Usage}
              {LineageVerb.Usage}
              {AuditVerb.Usage}
              {PinsVerb.Usage}
              {BuildsVerb.Usage}
              {SoakVerb.Usage.ReplaceLineEndings("\n      ")}
              {ReportVerb.Usage}
              {MicroVerb.Usage}
            """),
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
