namespace Versioning.Croissants;

/// <summary>The media types of files, by the ends of their names.</summary>
internal static class MediaTypes
{
    // Of tables those that the specification's own examples have, which readers go by.
    internal static string Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".CSV" => "text/csv",
        ".TSV" => "text/tsv",
        ".JSONL" or ".NDJSON" => "application/jsonlines",
        ".PARQUET" => "application/x-parquet",
        ".JSON" or ".GEOJSON" or ".IPYNB" => "application/json",
        ".TXT" or ".TEXT" or ".LOG" => "text/plain",
        ".MD" or ".MARKDOWN" => "text/markdown",
        ".HTML" or ".HTM" => "text/html",
        ".XML" => "application/xml",
        ".YAML" or ".YML" => "application/yaml",
        ".TOML" => "application/toml",
        ".PDF" => "application/pdf",
        ".JPG" or ".JPEG" => "image/jpeg",
        ".PNG" => "image/png",
        ".GIF" => "image/gif",
        ".BMP" => "image/bmp",
        ".TIF" or ".TIFF" => "image/tiff",
        ".WEBP" => "image/webp",
        ".AVIF" => "image/avif",
        ".SVG" => "image/svg+xml",
        ".WAV" => "audio/wav",
        ".MP3" => "audio/mpeg",
        ".FLAC" => "audio/flac",
        ".OGG" or ".OGA" or ".OPUS" => "audio/ogg",
        ".M4A" => "audio/mp4",
        ".MP4" or ".M4V" => "video/mp4",
        ".WEBM" => "video/webm",
        ".AVI" => "video/x-msvideo",
        ".MOV" => "video/quicktime",
        ".MKV" => "video/x-matroska",
        ".ZIP" or ".NPZ" => "application/zip",
        ".TAR" => "application/x-tar",
        ".GZ" or ".TGZ" => "application/gzip",
        ".BZ2" => "application/x-bzip2",
        ".XZ" => "application/x-xz",
        ".ZST" => "application/zstd",
        ".7Z" => "application/x-7z-compressed",
        ".XLSX" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".ARROW" or ".FEATHER" => "application/vnd.apache.arrow.file",
        ".AVRO" => "application/vnd.apache.avro",
        ".HDF5" or ".H5" => "application/x-hdf5",
        ".SQLITE" or ".DB" => "application/vnd.sqlite3",
        _ => "application/octet-stream",
    };
}
