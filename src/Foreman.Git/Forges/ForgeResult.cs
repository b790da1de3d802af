namespace Foreman.Git.Forges;

/// <summary>Why a forge did not do what was asked.</summary>
public enum ForgeErrorKind
{
    /// <summary>There is no such repository, issue or pull request, or the token may not see it.</summary>
    NotFound,

    /// <summary>The forge does not take the token, or wants one.</summary>
    Unauthorized,

    /// <summary>The token may not do this; <see cref="ForgeError.Scope"/> says what it needs, where the forge does.</summary>
    Forbidden,

    /// <summary>It is there already, or something else stands against it.</summary>
    Conflict,

    /// <summary>The forge refuses the request as it is.</summary>
    Refused,

    /// <summary>The forge asks to wait until <see cref="ForgeError.Until"/>, which is longer than is waited.</summary>
    RateLimited,

    /// <summary>No answer, or one that says to try later.</summary>
    Unreachable,

    /// <summary>The answer is not what the documentation of the API says.</summary>
    Unreadable,

    /// <summary>The caller no longer holds what allows it to write.</summary>
    Fenced,
}

/// <summary>Why a forge did not do what was asked.</summary>
/// <param name="Kind">The case.</param>
/// <param name="Message">What, where and why, on one line; safe to show, without any secret.</param>
public sealed record ForgeError(ForgeErrorKind Kind, string Message)
{
    /// <summary>The permission that is missing, in the forge's own words; null when it did not say.</summary>
    public string? Scope { get; init; }

    /// <summary>When the forge may be asked again; null when it did not say.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>What a forge answered, or why it did not.</summary>
/// <typeparam name="T">The answer.</typeparam>
public sealed record ForgeResult<T>
    where T : class
{
    internal ForgeResult(T value) => Value = value;

    internal ForgeResult(ForgeError error) => Error = error;

    /// <summary>The answer; null when there is an <see cref="Error"/>.</summary>
    public T? Value { get; }

    /// <summary>Why there is no answer; null when there is one.</summary>
    public ForgeError? Error { get; }
}

/// <summary>An operation can't go on; it ends there as a <see cref="ForgeResult{T}"/>.</summary>
internal sealed class ForgeException(ForgeError error, bool mayHaveArrived = false) : Exception(error.Message)
{
    internal ForgeException(ForgeErrorKind kind, string message)
        : this(new ForgeError(kind, message))
    {
    }

    internal ForgeError Error { get; } = error;

    /// <summary>True when the forge may have done what it was asked for all the same.</summary>
    internal bool MayHaveArrived { get; } = mayHaveArrived;
}
