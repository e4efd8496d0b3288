namespace Versioning.Tool.Output;

/// <summary>How a table is written.</summary>
internal enum TableFormat
{
    /// <summary>Aligned on a terminal, separated by tabs elsewhere.</summary>
    Table,

    /// <summary>RFC 4180.</summary>
    Csv,

    /// <summary>For what shows Markdown with tables.</summary>
    Markdown,

    /// <summary>The document that <c>--json</c> gives.</summary>
    Json,
}
