using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>Part of a file as one JSON document, however long, in little memory.</summary>
internal static class Base64Document
{
    private const int Piece = 1024 * 1024;

    /// <summary>Writes it to stdout. Where reading fails half-way, the document ends with an <c>error</c>.</summary>
    /// <returns>The exit code.</returns>
    internal static async Task<int> WriteAsync(Stream file, long offset, long length, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[Piece];

        // A failure of the first read is told as any other is: nothing was written yet.
        int read = await NextAsync().ConfigureAwait(false);
        await using Stream output = Console.OpenStandardOutput();
        await using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        int exit = 0;
        json.WriteStartObject();
        json.WriteNumber("offset", offset);
        json.WriteNumber("length", length);
        json.WritePropertyName("base64");
        Exception? failure = null;
        for (long left = length - read; ; left -= read)
        {
            json.WriteBase64StringSegment(buffer.AsSpan(0, failure is null ? read : 0), isFinalSegment: left == 0 || failure is not null);
            await json.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            if (StandardOutput.IsClosed)
            {
                return 0;
            }

            if (left == 0 || failure is not null)
            {
                break;
            }

            try
            {
                read = await NextAsync(left).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                failure = cancellationToken.IsCancellationRequested ? new OperationCanceledException() : e;
            }
        }

        if (failure is not null)
        {
            exit = Failure.Write(json, failure);
        }

        json.WriteEndObject();
        await json.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        output.WriteByte((byte)'\n');
        return exit;

        async ValueTask<int> NextAsync(long? left = null)
        {
            int count = (int)Math.Min(Piece, left ?? length);
            await file.ReadExactlyAsync(buffer.AsMemory(0, count), cancellationToken).ConfigureAwait(false);
            return count;
        }
    }
}
