namespace Foreman.Kubernetes;

/// <summary>Why an operation of a JSON Patch can't be done.</summary>
public enum PatchMismatchReason
{
    /// <summary>The place, or one above it, is not there.</summary>
    AbsentPath,

    /// <summary>A test found another value.</summary>
    OtherValue,

    /// <summary>The operation is none that this library makes: only the server can tell.</summary>
    Unknown,
}

/// <summary>The first operation of a JSON Patch that does not fit an object; see <see cref="V1Patch.FirstMismatch"/>.</summary>
/// <param name="Operation">Its index in the patch, from 0.</param>
/// <param name="Path">Its path.</param>
/// <param name="Reason">What stands against it.</param>
/// <param name="Message">The same for people, with values cut to 200 characters.</param>
public sealed record PatchMismatch(int Operation, string Path, PatchMismatchReason Reason, string Message);
