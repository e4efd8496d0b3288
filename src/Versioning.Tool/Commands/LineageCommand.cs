using System.CommandLine;
using System.Security.Cryptography;
using Versioning.Tool.Output;

namespace Versioning.Tool.Commands;

internal sealed class LineageCommand : VersCommand
{
    private readonly Argument<string?> _reference = new("reference") { Description = "The version or run; with --file, the artifact that is looked through.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _up = new("--up") { Description = "What it was made from, and by which runs; the default." };
    private readonly Option<bool> _down = new("--down") { Description = "All that was made from it." };
    private readonly Option<string?> _file = new("--file") { Description = "The versions that have this file, and all that was made from those: a SHA-256, a path of the version, or a file on disk.", HelpName = "sha256 or path" };
    private readonly Option<long?> _depth = Numbers.Option("--depth", [], "At most that many steps.", least: 0);
    private readonly Option<string?> _format = new("--format") { Description = "text, mermaid, dot or json. Default: text, which is one line for each version where it does not go to a terminal." };

    internal LineageCommand()
        : base("lineage", "What a version was made from, or what was made from it or from a file.", "0 fine, found or not, 2 usage, 3 not found, 4 damaged, 6 store unavailable")
    {
        _format.AcceptOnlyFromAmong("text", "mermaid", "dot", "json");
        Arguments.Add(_reference);
        foreach (Option option in (Option[])[_up, _down, _file, _depth, _format])
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parsed, Reply reply, CancellationToken cancellationToken)
    {
        string? reference = parsed.GetValue(_reference), file = parsed.GetValue(_file);
        bool up = parsed.GetValue(_up), down = parsed.GetValue(_down);
        if ((up && (down || file is not null)) || (reference is null && file is null))
        {
            throw new VersioningException("usage", up ? "--up goes with neither --down nor --file." : "A version is needed, or --file.", "See 'vers lineage --help'.");
        }

        await using VersionStore store = await OpenAsync(parsed, cancellationToken).ConfigureAwait(false);
        int? depth = parsed.GetValue(_depth) is { } steps ? (int)Math.Min(steps, int.MaxValue) : null;
        Digest? sha256 = file is null ? null : await DigestAsync(store, reference, file, cancellationToken).ConfigureAwait(false);
        Lineage lineage = sha256 is { } digest
            ? await store.LineageOfFileAsync(digest, reference?.Split('@', '#')[0], depth, cancellationToken).ConfigureAwait(false)
            : await store.LineageAsync(reference!, down ? LineageDirection.Down : LineageDirection.Up, depth, cancellationToken).ConfigureAwait(false);
        string? format = reply.IsJson ? "json" : parsed.GetValue(_format);
        Write(lineage, sha256, format, reply);
        if (format != "json")
        {
            Tell(lineage, sha256);
        }

        return 0;
    }

    private static void Write(Lineage lineage, Digest? sha256, string? format, Reply reply)
    {
        if (format == "json")
        {
            Reply.Write(json => LineageJson.Write(json, lineage, sha256));
        }
        else if (format is null && !reply.IsTerminal)
        {
            foreach (LineageNode node in lineage.Nodes)
            {
                reply.Row(LineageText.Row(node));
            }
        }
        else
        {
            IEnumerable<string> lines = format switch
            {
                "mermaid" => LineageDiagram.Mermaid(lineage),
                "dot" => LineageDiagram.Dot(lineage),
                _ => LineageText.Tree(lineage),
            };
            foreach (string line in lines)
            {
                reply.Line(line);
            }
        }
    }

    /// <summary>How sure the answer is: somebody may have to rely on it.</summary>
    private static void Tell(Lineage lineage, Digest? sha256)
    {
        if (sha256 is { } digest)
        {
            Reply.Note($"{Human.Count(lineage.SearchedVersions, "version")} searched for {digest}; {Human.Count(lineage.Nodes.Count(node => node.PathCount > 0), "version")} with it.");
        }

        foreach (ArtifactPin pin in lineage.UnreadableVersions)
        {
            Reply.Note($"{pin} was retired and can't be searched any more.");
        }

        if (lineage.IsCut)
        {
            Reply.Note("There is more beyond --depth.");
        }
    }

    private static async Task<Digest> DigestAsync(VersionStore store, string? reference, string file, CancellationToken cancellationToken)
    {
        if (Digest.TryParse(file, out Digest digest))
        {
            return digest;
        }

        if (reference is not null && await store.ListFilesAsync(reference, Literal(file), cancellationToken).FirstOrDefaultAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            return entry.Sha256;
        }

        if (!File.Exists(file))
        {
            string where = reference is null ? "" : $"{reference} has no file '{file}', and ";
            throw new NotFoundException("file_not_found", $"{where}'{file}' is neither a SHA-256 nor a file on this disk.", "Give a path within the version after its reference, or a SHA-256 as 'vers ls' prints it.");
        }

        FileStream content = File.OpenRead(file);
        await using (content.ConfigureAwait(false))
        {
            return new Digest(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>A glob that only this path matches.</summary>
    private static string Literal(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString()));
}
