using System.CommandLine;
using Versioning.Tool;
using Versioning.Tool.Output;

try
{
    return await VersRoot.RunAsync(args).ConfigureAwait(false);
}
catch (Exception e)
{
    return Failure.Tell(e, SharedOptions.AskForJson(args));
}
