namespace Versioning.Inspecting;

/// <summary>
/// The columns of a Parquet footer. Its schema is a tree in depth-first order: a group says how many children follow it,
/// and a column is named by the groups that lead to it.
/// </summary>
internal static class ParquetSchema
{
    private const int MaxDepth = 64;

    /// <summary>Names of columns repeat those of their groups, so together they could be longer than any footer.</summary>
    private const long MaxNames = 16 << 20;

    internal static List<ContentItem> Read(ref ThriftReader reader)
    {
        int count = reader.List(out ThriftType item);
        if (item != ThriftType.Struct || count == 0)
        {
            throw Unsound();
        }

        var columns = new List<ContentItem>();
        var groups = new Stack<(string Prefix, int Left)>();
        long names = 0;
        string outer = "";
        for (int i = 0; i < count; i++)
        {
            ParquetElement element = ParquetElement.Read(ref reader);
            if (i == 0)
            {
                // The root's name means nothing.
                groups.Push(("", element.Children ?? 0));
                continue;
            }

            (string prefix, int left) = groups.TryPop(out (string, int) group) ? group : throw Unsound();
            names += prefix.Length + element.Name.Length;
            if (left <= 0 || names > MaxNames)
            {
                throw Unsound();
            }

            groups.Push((prefix, left - 1));
            string name = prefix + element.Name;
            outer = prefix.Length == 0 ? name : outer;
            if (element.Children is > 0 and int children)
            {
                groups.Push((groups.Count < MaxDepth ? name + "." : throw Unsound(), children));
            }
            else
            {
                columns.Add(new ContentItem("column", name, ParquetTypes.Describe(element)) { Group = prefix.Length == 0 ? null : outer });
            }

            while (groups.TryPeek(out (string, int Left) top) && top.Left == 0)
            {
                groups.Pop();
            }
        }

        return groups.Any(group => group.Left > 0) ? throw Unsound() : columns;
    }

    internal static InvalidDataException Unsound() => new("its Parquet footer is not sound");
}
