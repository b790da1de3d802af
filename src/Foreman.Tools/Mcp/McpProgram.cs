using System.Text;
using Foreman.Primitives;

namespace Foreman.Tools.Mcp;

/// <summary>The running program of a server of transport stdio, within its bounds. Disposing of it ends it and all that it started.</summary>
internal sealed class McpProgram : IAsyncDisposable
{
    /// <summary>The longest message, in bytes.</summary>
    internal const long MaxLineBytes = 16 << 20;

    private const int KeptBytes = 2048;
    private readonly IAsyncDisposable _process;
    private readonly Lock _lock = new();
    private readonly StringBuilder _errors = new();

    /// <param name="process">Ends the program when it is disposed of.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="errors">Standard error; the end of what comes is kept.</param>
    internal McpProgram(IAsyncDisposable process, Stream input, Stream output, Stream errors)
    {
        (_process, Input, Output) = (process, input, new BoundedStream(output, MaxLineBytes, perLine: true));
        _ = DrainAsync(errors);
    }

    internal Stream Input { get; }

    internal Stream Output { get; }

    /// <summary>The last line that it wrote to standard error, to be added to a sentence; empty when there is none.</summary>
    internal string LastWords
    {
        get
        {
            lock (_lock)
            {
                var line = _errors.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
                return line is null ? "" : $" (it wrote: {Printable.Line(line)})";
            }
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private async Task DrainAsync(Stream errors)
    {
        var buffer = new byte[1024];
        try
        {
            int count;
            while ((count = await errors.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                lock (_lock)
                {
                    _ = _errors.Append(Encoding.UTF8.GetString(buffer.AsSpan(0, count)));
                    if (_errors.Length > KeptBytes)
                    {
                        _ = _errors.Remove(0, _errors.Length - KeptBytes);
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The program has ended.
        }
    }
}
