using Versioning.Benchmarks;

try
{
    Arguments Parse(params string[] switches) => new(args.Skip(1), switches.ToHashSet());
    return args.FirstOrDefault() switch
    {
        "generate" => GenerateVerb.Run(Parse()),
        "compare" => CompareVerb.Run(Parse("--fresh", "--skip-generate")),
        _ => throw new UsageException($"""
            usage:
              {GenerateVerb.Usage}
              {CompareVerb.Usage.ReplaceLineEndings("\n      ")}
            """),
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
