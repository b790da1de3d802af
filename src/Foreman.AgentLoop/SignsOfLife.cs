namespace Foreman.AgentLoop;

/// <summary>Tells whoever follows a run that it goes on while it waits for something that ends by a deadline of its own.</summary>
internal static class SignsOfLife
{
    /// <summary>How often it is told.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    /// <summary>Waits for work.</summary>
    /// <param name="work">It must end by itself: a sign of life of what hangs would be a lie.</param>
    /// <param name="tell">Called on the run's own flow, never while it goes on; null for nobody.</param>
    /// <param name="time">The clock of the interval.</param>
    internal static async Task<T> DuringAsync<T>(Task<T> work, Action? tell, TimeProvider time)
    {
        while (tell is not null && !work.IsCompleted)
        {
            try
            {
                return await work.WaitAsync(Interval, time).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // It may have ended in the same moment, or by such an exception of its own.
                if (!work.IsCompleted)
                {
                    tell();
                }
            }
        }

        return await work.ConfigureAwait(false);
    }
}
