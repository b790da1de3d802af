using System.Text.RegularExpressions;
using Foreman.Hosting;
using Foreman.Operator.DemoModel;

namespace Foreman.Operator.Try;

/// <summary>The scripted demo model as a process of its own.</summary>
internal sealed partial class DemoModelProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;

    private DemoModelProcess(ChildProcess process, ModelSource source) => (_process, Source) = (process, source);

    public ModelSource Source { get; }

    /// <exception cref="ExitException">It did not start.</exception>
    public static async Task<DemoModelProcess> StartAsync(TryFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var process = ChildProcess.Start(Programs.Operator(), ["demo-model", "--port", "0"], folder.Log("demo-model"), time);
        try
        {
            var line = await process.FirstLine.WaitAsync(StartTimeout, time, cancellationToken);
            if (Address().Match(line) is { Success: true } match)
            {
                return new DemoModelProcess(process, new ModelSource(new Uri(match.Value), DemoModelServer.ModelName, Demo: true));
            }
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // Reported below, with its output.
        }
        catch (OperationCanceledException)
        {
            await process.DisposeAsync();
            throw;
        }

        var said = process.Tail;
        await process.DisposeAsync();
        throw new ExitException(ExitCodes.Failed, $"the demo model did not start; it said:\n{said}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    [GeneratedRegex("http://127\\.0\\.0\\.1:[0-9]+")]
    private static partial Regex Address();
}
