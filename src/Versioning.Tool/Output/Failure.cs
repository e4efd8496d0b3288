using System.Text.Json;

namespace Versioning.Tool.Output;

/// <summary>Exit codes, which are part of the contract, and how a failure is told.</summary>
internal static class Failure
{
    internal const int Error = 1, Usage = 2, NotFound = 3, Integrity = 4, Conflict = 5, Unavailable = 6, CommandFailed = 7, Cancelled = 130;

    internal static int Tell(Exception exception, bool json)
    {
        (int exit, _, string message, string? hint) = Describe(exception);
        if (json && TryWrite(writer => Write(writer, exception)))
        {
            return exit;
        }

        try
        {
            Reply.Note(message);
            if (hint is not null)
            {
                Console.Error.WriteLine(Human.OneLine(hint));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody is left to be told; the exit code still says it.
        }

        return exit;
    }

    /// <summary>Writes the failure as a member of the document.</summary>
    /// <returns>The exit code.</returns>
    internal static int Write(Utf8JsonWriter writer, Exception exception)
    {
        (int exit, string code, string message, string? hint) = Describe(exception);
        writer.WriteStartObject("error");
        writer.WriteString("code", code);
        writer.WriteString("message", message);
        writer.WriteString("hint", hint);
        writer.WriteEndObject();
        return exit;
    }

    internal static (int Exit, string Code, string Message, string? Hint) Describe(Exception exception) =>
        exception switch
        {
            OperationCanceledException => (Cancelled, "cancelled", "Cancelled. The store is sound; the same command goes on where it can.", null),
            NotFoundException e => (NotFound, e.Code, e.Message, e.Hint),
            IntegrityException e => (Integrity, e.Code, e.Message, e.Hint),
            ConflictException e => (Conflict, e.Code, e.Message, e.Hint),
            StoreUnavailableException e => (Unavailable, e.Code, e.Message, e.Hint),
            VersioningException { Code: "invalid_reference" or "invalid_name" or "invalid_option" or "invalid_metric" or "secret_parameter" or "invalid_key" or "invalid_card" or "secret_card" or "not_a_dataset" or "croissant_incomplete" or "invalid_condition" or "usage" or "unknown_scheme" or "invalid_location" or "secret_in_uri" } e => (Usage, e.Code, e.Message, e.Hint),
            VersioningException { Code: "disk_full" } e => (Conflict, e.Code, e.Message, e.Hint),
            VersioningException e => (Error, e.Code, e.Message, e.Hint),
            FileNotFoundException => (NotFound, "file_not_found", exception.Message, "Check the path and where the command runs."),
            // A full disk or a missing permission is the machine's matter, not a defect of the tool.
            IOException or UnauthorizedAccessException => (Error, "io", exception.Message, null),
            AggregateException { InnerException: { } inner } => Describe(inner),
            _ => (Error, "unexpected", $"{exception.GetType().Name}: {exception.Message}", "This is a defect: please report it with the command that you ran."),
        };

    /// <summary>A standard output that is full or closed is often what failed; then the message goes where it still can.</summary>
    private static bool TryWrite(Action<Utf8JsonWriter> write)
    {
        try
        {
            Reply.Write(write);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
