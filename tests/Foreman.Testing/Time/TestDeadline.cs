using System.Diagnostics;
using System.Globalization;

namespace Foreman.Testing;

/// <summary>
/// How long a test waits in real time before it gives up. Generous, because a deadline that is reached is a failure anyway;
/// <c>FOREMAN_TEST_PATIENCE</c> (a factor, default 1) stretches every deadline on a slow machine.
/// </summary>
public sealed class TestDeadline : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly TimeSpan _limit;
    private readonly long _began = Stopwatch.GetTimestamp();

    private TestDeadline(TimeSpan limit)
    {
        _limit = limit;
        _source = new CancellationTokenSource(limit);
    }

    /// <summary>What a wait gets that does not say otherwise.</summary>
    public static TimeSpan Default { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Cancelled when the deadline passes.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Whether the deadline has passed.</summary>
    public bool Passed => _source.IsCancellationRequested;

    internal static double Patience { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("FOREMAN_TEST_PATIENCE"), CultureInfo.InvariantCulture, out var factor) && factor > 0
            ? factor
            : 1;

    /// <summary>Starts a deadline.</summary>
    public static TestDeadline Start(TimeSpan? limit = null) => new((limit ?? Default) * Patience);

    /// <summary>The failure to throw when the deadline passed.</summary>
    public TimeoutException Exceeded(string what) => new($"Waited {_limit.TotalSeconds:0.#} s in vain for: {what}.");

    /// <summary>The pause between two looks: 10 to 100 ms, longer as the wait lasts, for each look takes time from what is waited for.</summary>
    public Task PauseAsync() => Task.Delay(TimeSpan.FromMilliseconds(Math.Clamp(Stopwatch.GetElapsedTime(_began).TotalMilliseconds / 20, 10, 100)));

    /// <summary>Waits for a task, or throws what was waited for when the deadline passes.</summary>
    public async Task WaitAsync(Task task, Func<string> what)
    {
        try
        {
            await task.WaitAsync(Token);
        }
        catch (OperationCanceledException) when (Passed)
        {
            throw Exceeded(what());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();
}
