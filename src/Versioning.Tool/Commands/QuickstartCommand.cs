using System.CommandLine;
using Versioning.Tool.Output;
namespace Versioning.Tool.Commands;
internal sealed class QuickstartCommand() : VersCommand("quickstart", "x") { protected override Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken) => Task.FromResult(0); }
