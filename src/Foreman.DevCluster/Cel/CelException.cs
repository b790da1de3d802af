using System.Globalization;

namespace Foreman.DevCluster.Cel;

/// <summary>An expression that does not compile; the message shows where, as the API server's does.</summary>
/// <param name="text">The expression.</param>
/// <param name="position">Index of the character at fault.</param>
/// <param name="fault">What is wrong there.</param>
internal sealed class CelException(string text, int position, string fault) : Exception(Show(text, position, fault))
{
    // Of a longer line only the place is told, and long names are cut: one definition may hold many faults.
    private const int LongestShown = 1024;

    /// <summary>What is wrong, without the place.</summary>
    public string Fault { get; } = Cut(fault);

    /// <summary>Index of the character at fault.</summary>
    public int Position { get; } = position;

    private static string Cut(string fault) => fault.Length <= LongestShown ? fault : string.Concat(fault.AsSpan(0, LongestShown), "…");

    private static string Show(string text, int position, string fault)
    {
        var at = Math.Min(position, text.Length);
        var start = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var number = text.AsSpan(0, start).Count('\n') + 1;
        var end = text.IndexOf('\n', start);
        var line = end < 0 ? text[start..] : text[start..end];
        var place = string.Create(CultureInfo.InvariantCulture, $"ERROR: <input>:{number}:{at - start + 1}: {Cut(fault)}");
        return line.Length > LongestShown ? place : $"{place}\n | {line.Replace('\t', ' ')}\n | {new string('.', at - start)}^";
    }
}

/// <summary>An evaluation that took more steps than it may; the message is the API server's.</summary>
internal sealed class CelCostException() : Exception("operation cancelled: actual cost limit exceeded");
