using Versioning.Benchmarks;

try
{
    Arguments Parse(params string[] switches) => new(args.Skip(1), switches.ToHashSet());
    return args.FirstOrDefault() switch
    {
        "generate" => GenerateVerb.Run(Parse()),
        _ => throw new UsageException($"""
            usage:
              {GenerateVerb.Usage}
            """),
    };
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    return 2;
}
