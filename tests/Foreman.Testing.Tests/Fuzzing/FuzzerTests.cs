using System.Text;

namespace Foreman.Testing.Tests.Fuzzing;

[Trait("Kind", "2")]
public sealed class FuzzerTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);
    private static readonly byte[][] Corpus = [Encoding.UTF8.GetBytes("hello, world: 12345"), Encoding.UTF8.GetBytes("{\"a\":[1,2,3]}")];

    [Fact]
    public void An_exception_that_is_not_the_readers_own_is_found_and_its_input_shortened()
    {
        var e = Assert.Throws<FuzzException>(() => Fuzzer.Run(
            new FuzzTarget("surrogates", Corpus, b =>
            {
                if (b.AsSpan().IndexOf(@"\ud83d"u8) >= 0)
                {
                    throw new InvalidOperationException("half a pair");
                }
            })
            { Allowed = [typeof(FormatException)] },
            seed: 7,
            Budget));

        Assert.IsType<InvalidOperationException>(e.InnerException);
        Assert.Contains("surrogates, seed 7", e.Message, StringComparison.Ordinal);
        Assert.Contains("half a pair: 6 bytes, base64 " + Convert.ToBase64String(@"\ud83d"u8), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_readers_own_exceptions_are_no_fault()
    {
        var report = Fuzzer.Run(
            new FuzzTarget("strict", Corpus, b => _ = b.Contains((byte)'a') ? throw new FormatException() : b) { Allowed = [typeof(FormatException)] },
            seed: 1,
            TimeSpan.FromMilliseconds(100));

        Assert.InRange(report.Accepted, 1, report.Inputs - 1);
    }

    [Fact]
    public void A_reader_that_takes_too_much_memory_is_found()
    {
        var e = Assert.Throws<FuzzException>(() => Fuzzer.Run(
            new FuzzTarget("greedy", Corpus, b => _ = new byte[b.Length * 1000]) { MaxAllocatedBytes = 1 << 20 }, seed: 1, Budget));

        Assert.Contains("allocated", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_never_returns_is_found()
    {
        using var stop = new ManualResetEventSlim();
        var e = Assert.Throws<FuzzException>(() => Fuzzer.Run(
            new FuzzTarget("stuck", Corpus, b => stop.Wait()) { MaxTime = TimeSpan.FromMilliseconds(200) }, seed: 1, Budget));
        stop.Set();

        Assert.Contains("no return", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_accepts_nothing_is_a_mistake_of_the_test() => Assert.Throws<FuzzException>(() => Fuzzer.Run(
        new FuzzTarget("never", Corpus, _ => throw new FormatException()) { Allowed = [typeof(FormatException)] }, seed: 1, TimeSpan.FromMilliseconds(10)));
}
