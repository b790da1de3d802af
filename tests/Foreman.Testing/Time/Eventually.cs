namespace Foreman.Testing;

/// <summary>Waits for conditions, never for time.</summary>
public static class Eventually
{
    /// <summary>Waits until the condition holds; fails with what was waited for.</summary>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? timeout = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, timeout);

    /// <summary>Waits until the condition holds; fails with what was waited for.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null)
    {
        using var deadline = TestDeadline.Start(timeout);
        while (!await condition())
        {
            if (deadline.Passed)
            {
                throw deadline.Exceeded(what);
            }

            await deadline.PauseAsync();
        }
    }

    /// <summary>Waits until the probe returns something else than null, and returns it.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> probe, string what, TimeSpan? timeout = null)
        where T : class
    {
        T? found = null;
        await TrueAsync(async () => (found = await probe()) is not null, what, timeout);
        return found!;
    }

    /// <summary>
    /// Waits until assertions pass; the last failure is the one reported, with what was waited for.
    /// For assertions on state that another process or thread is still producing.
    /// </summary>
    public static async Task PassesAsync(Func<Task> assertions, string what, TimeSpan? timeout = null)
    {
        using var deadline = TestDeadline.Start(timeout);
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (Exception e) when (!deadline.Passed && e is not OperationCanceledException)
            {
                await deadline.PauseAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new TimeoutException($"{deadline.Exceeded(what).Message} Last: {e.Message}", e);
            }
        }
    }

    /// <summary>Whether the condition comes true within the time; for helpers that go on either way.</summary>
    internal static async Task<bool> WithinAsync(Func<bool> condition, TimeSpan time)
    {
        using var deadline = TestDeadline.Start(time);
        while (!condition())
        {
            if (deadline.Passed)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(1));
        }

        return true;
    }
}
