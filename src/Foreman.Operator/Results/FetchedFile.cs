using Foreman.Api;

namespace Foreman.Operator.Results;

/// <summary>What became of a delivered file that was asked for.</summary>
/// <param name="File">The file as the result lists it.</param>
/// <param name="State">One of <see cref="FetchStates"/>.</param>
/// <param name="Problem">Why it is not there and what to do; null when it is.</param>
internal sealed record FetchedFile(ResultFile File, string State, string? Problem);

/// <summary>Values of <c>files[].state</c> in the JSON of the command <c>result</c>.</summary>
internal static class FetchStates
{
    /// <summary>It was written.</summary>
    public const string Written = "written";

    /// <summary>The same file was there.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>Another file is there.</summary>
    public const string Exists = "exists";

    /// <summary>It is not in the cluster.</summary>
    public const string OnHost = "onHost";

    /// <summary>Its path leads out of the folder, or it can't be written.</summary>
    public const string Refused = "refused";
}
