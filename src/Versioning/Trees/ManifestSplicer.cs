namespace Versioning.Trees;

/// <summary>Puts parts of an older manifest into one that is being built, whole where the result is the same as entry by entry.</summary>
/// <param name="builder">Takes the parts.</param>
/// <param name="older">Reads the older manifest's nodes.</param>
internal sealed class ManifestSplicer(ManifestBuilder builder, ManifestReader? older)
{
    internal async ValueTask AddAsync(ManifestSubtree subtree, CancellationToken cancellationToken)
    {
        if (!subtree.IsLast && builder.IsAligned(subtree.Level))
        {
            await builder.AddSubtreeAsync(subtree.Level, subtree.Child, cancellationToken).ConfigureAwait(false);
            return;
        }

        ManifestEntry[]? entries = subtree.Entries;
        if (entries is null)
        {
            ManifestNode node = await older!.NodeAsync(subtree, cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < node.Children.Length; i++)
            {
                var child = new ManifestSubtree(node.Children[i], node.Level - 1, subtree.IsLast && i == node.Children.Length - 1);
                await AddAsync(child, cancellationToken).ConfigureAwait(false);
            }

            entries = node.Entries;
        }

        foreach (ManifestEntry entry in entries)
        {
            await builder.AddAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }
}
