using Foreman.Hosting;
using Foreman.Workloads;

namespace Foreman.Operator.Dispatch;

/// <summary>Reads an intent that comes from standard input.</summary>
internal static class IntentInput
{
    // The longer one of the two.
    private const string LineEnd = "\r\n";

    /// <summary>The request with its intent, read when that is <c>-</c>; no more is read than an intent may have.</summary>
    /// <param name="request">The request.</param>
    /// <param name="console">Where it is read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ExitException">The text is empty or too long.</exception>
    public static async Task<DispatchRequest> ReadAsync(DispatchRequest request, ConsoleStreams console, CancellationToken cancellationToken)
    {
        if (request.Batch is not { Intent: IntentRules.StandardInput } batch)
        {
            return request;
        }

        using var reader = console.In();
        var buffer = new char[IntentPlanners.MaxIntent + LineEnd.Length + 1];
        var text = new string(buffer, 0, await reader.ReadBlockAsync(buffer, cancellationToken));

        // A program that writes a line ends it.
        text = text.EndsWith(LineEnd, StringComparison.Ordinal) ? text[..^LineEnd.Length] : text.EndsWith('\n') ? text[..^1] : text;
        var faults = IntentRules.OfText(text).ToArray();
        return faults.Length == 0 ? request with { Batch = batch with { Intent = text } } : throw new ExitException(ExitCodes.Usage, faults);
    }
}
