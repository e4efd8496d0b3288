using System.CommandLine;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class UnpinCommand : VersCommand
{
    private readonly Argument<string> _name = new("name") { Description = "The pin." };

    internal UnpinCommand()
        : base("unpin", "Take a pin out of versions.json and the lock; its files stay.", "0 fine, 2 usage, 3 not found") => Arguments.Add(_name);

    protected override Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string name = parsed.GetRequiredValue(_name);
        Workspace.Open().Unpin(name);
        reply.Document(json => json.WriteString("name", name));
        reply.Line($"{name} is not pinned any more; its files stay.");
        return Task.FromResult(0);
    }
}
