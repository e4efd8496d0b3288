namespace Versioning;

/// <summary>Something that this library reports: a message that names the thing, a stable code, and what to do next.</summary>
public class VersioningException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">A stable, lower-case name of what happened, such as <c>file_changed</c>.</param>
    /// <param name="message">What happened, naming the thing and the place.</param>
    /// <param name="hint">What to do next, or null.</param>
    /// <param name="inner">What caused it, or null.</param>
    public VersioningException(string code, string message, string? hint = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Hint = hint;
    }

    /// <summary>A stable name of what happened, for programs.</summary>
    public string Code { get; }

    /// <summary>What to do next, or null.</summary>
    public string? Hint { get; }
}

/// <summary>A store, artifact, version, tag, alias, file or object that does not exist.</summary>
public sealed class NotFoundException(string code, string message, string? hint = null)
    : VersioningException(code, message, hint);

/// <summary>Bytes that are not what their digest says, or that no reader may accept.</summary>
public sealed class IntegrityException(string code, string message, string? hint = null, Exception? inner = null)
    : VersioningException(code, message, hint, inner);

/// <summary>A condition that does not hold: the tag is taken, the alias is elsewhere, a file is in the way.</summary>
public sealed class ConflictException(string code, string message, string? hint = null)
    : VersioningException(code, message, hint);

/// <summary>The store could not be reached or refused the request.</summary>
public sealed class StoreUnavailableException(string code, string message, string? hint = null, Exception? inner = null, bool transient = false)
    : VersioningException(code, message, hint, inner)
{
    /// <summary>Whether the same request may succeed later without any change.</summary>
    public bool IsTransient { get; } = transient;
}
