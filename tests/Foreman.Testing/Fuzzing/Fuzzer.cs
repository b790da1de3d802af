namespace Foreman.Testing;

/// <summary>
/// Feeds a reader mutated inputs until its time is over: 1 s a target, 3 s in CI, or <c>FOREMAN_TEST_FUZZ_SECONDS</c>. The reader may
/// throw its own exceptions only, within its time and its memory. A failure names the seed and shows a shortened input.
/// </summary>
public static class Fuzzer
{
    private const int MaxPool = 500;

    /// <summary>Fuzzes one reader.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="seed">Other seeds make other inputs.</param>
    /// <exception cref="FuzzException">The reader broke a promise, or accepted not even its corpus.</exception>
    public static FuzzReport Run(FuzzTarget target, int seed = 1) => Run(target, seed, LongRun.Fuzz());

    internal static FuzzReport Run(FuzzTarget target, int seed, TimeSpan budget)
    {
        var run = new FuzzRun(target, seed, budget);

        // A thread of its own: a reader that never returns fails the test instead of holding it.
        var thread = new Thread(run.Work) { IsBackground = true, Name = $"fuzz {target.Name}" };
        thread.Start();
        while (!thread.Join(TimeSpan.FromMilliseconds(50)))
        {
            if (run.Overdue() is { } input)
            {
                throw new FuzzException($"{target.Name}, seed {seed}: no return within {target.MaxTime.TotalSeconds:0.#} s for {Show(input)}");
            }
        }

        return run.Failure is { } failure ? throw failure
            : run.Report.Accepted == 0 ? throw new FuzzException($"{target.Name}: no input was accepted, so nothing was tried")
            : run.Report;
    }

    internal static string Show(byte[] input) => input.Length <= 3000
        ? $"{input.Length} bytes, base64 {Convert.ToBase64String(input)}"
        : $"{input.Length} bytes, base64 of the first 3000 {Convert.ToBase64String(input.AsSpan(0, 3000))}";

    /// <summary>The work of one run, on its own thread.</summary>
    private sealed class FuzzRun(FuzzTarget target, int seed, TimeSpan budget)
    {
        private readonly TimeProvider _time = TimeProvider.System;
        private volatile byte[]? _current;
        private long _since;
        private int _inputs;
        private int _accepted;
        private long _most;
        private TimeSpan _longest;

        internal FuzzException? Failure { get; private set; }

        internal FuzzReport Report => new(_inputs, _accepted, _most, _longest);

        internal byte[]? Overdue() =>
            _current is { } input && _time.GetElapsedTime(Volatile.Read(ref _since)) > target.MaxTime * TestDeadline.Patience ? input : null;

        internal void Work()
        {
            var started = _time.GetTimestamp();
            var random = new Random(seed);
            var mutator = new FuzzMutator(random, target.MaxInputBytes);
            var pool = target.Corpus.ToList();
            for (var i = 0; i < target.Corpus.Count || _time.GetElapsedTime(started) < budget; i++)
            {
                var input = i < target.Corpus.Count ? target.Corpus[i] : mutator.Next(pool);
                var (broken, accepted) = Try(input);
                if (broken is not null)
                {
                    var (shorter, same) = Shorten(input, broken);
                    Failure = new FuzzException($"{target.Name}, seed {seed}, input {i}: {same.Message}: {Show(shorter)}", same.InnerException);
                    return;
                }

                _inputs++;
                _accepted += accepted ? 1 : 0;
                if (accepted && pool.Count < MaxPool && random.Next(20) == 0)
                {
                    pool.Add(input);
                }
            }
        }

        private (FuzzException? Broken, bool Accepted) Try(byte[] input)
        {
            var accepted = false;
            var before = GC.GetAllocatedBytesForCurrentThread();
            Volatile.Write(ref _since, _time.GetTimestamp());
            _current = input;
            try
            {
                target.Read(input);
                accepted = true;
            }
            catch (Exception e) when (target.Allowed.Any(t => t.IsInstanceOfType(e)))
            {
                // The reader's own refusal.
            }
            catch (Exception e)
            {
                return (new FuzzException($"it threw {e.GetType().Name}: {e.Message}", e), false);
            }
            finally
            {
                _current = null;
            }

            _longest = TimeSpan.FromTicks(Math.Max(_longest.Ticks, _time.GetElapsedTime(_since).Ticks));
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            _most = Math.Max(_most, allocated);
            return (allocated <= target.MaxAllocatedBytes ? null : new FuzzException($"it allocated {allocated >> 10} KiB, over {target.MaxAllocatedBytes >> 10}"), accepted);
        }

        /// <summary>Takes parts out as long as the input still breaks the reader in the same way.</summary>
        private (byte[] Input, FuzzException Broken) Shorten(byte[] input, FuzzException broken)
        {
            var kind = broken.InnerException?.GetType();
            for (var size = input.Length / 2; size > 0; size /= 2)
            {
                for (var at = 0; at + size <= input.Length && at / size < 64;)
                {
                    byte[] less = [.. input[..at], .. input[(at + size)..]];
                    if (Try(less).Broken is { } still && still.InnerException?.GetType() == kind)
                    {
                        (input, broken) = (less, still);
                    }
                    else
                    {
                        at += size;
                    }
                }
            }

            return (input, broken);
        }
    }
}
