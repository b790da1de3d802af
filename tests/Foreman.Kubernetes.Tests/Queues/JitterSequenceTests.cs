namespace Foreman.Kubernetes.Tests;

public sealed class JitterSequenceTests
{
    [Fact]
    public void Jitter_is_spread_from_zero_to_one_and_deterministic()
    {
        List<double> one = [.. Row(7).Take(1000)];

        Assert.Equal(one, Row(7).Take(1000));
        Assert.All(one, jitter => Assert.InRange(jitter, 0, 0.9999999999999999));
        Assert.InRange(one.Average(), 0.45, 0.55);
        Assert.NotEqual(one[0], Row(8).First());
    }

    private static IEnumerable<double> Row(ulong row)
    {
        while (true)
        {
            (var jitter, row) = JitterSequence.Next(row);
            yield return jitter;
        }
    }
}
