namespace Foreman.Kubernetes.Tests;

public sealed class ReconcileResultTests
{
    [Fact]
    public void A_requeue_delay_must_be_above_zero()
    {
        Assert.Null(ReconcileResult.Done.Delay);
        Assert.Equal(TimeSpan.FromMinutes(1), ReconcileResult.RequeueAfter(TimeSpan.FromMinutes(1)).Delay);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReconcileResult.RequeueAfter(TimeSpan.Zero));
    }
}
