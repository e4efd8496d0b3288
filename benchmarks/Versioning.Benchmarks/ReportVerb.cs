using Versioning.Benchmarks.Comparing;

namespace Versioning.Benchmarks;

/// <summary>Joins the results of several runs.</summary>
internal static class ReportVerb
{
    public const string Usage = "report FILE.tsv …";

    public static int Run(Arguments arguments)
    {
        if (arguments.Plain.Count == 0)
        {
            throw new UsageException(Usage);
        }

        Console.WriteLine(Report.Write(arguments.Plain.SelectMany(ResultFile.Read)));
        return 0;
    }
}
