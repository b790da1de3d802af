namespace Foreman.Kubernetes.Tests;

public sealed class ReconcileResultTests
{
    [Fact]
    public void A_reconcile_is_done_or_comes_again_after_a_time_above_zero()
    {
        Assert.Null(ReconcileResult.Done.Delay);
        Assert.Equal(TimeSpan.FromMinutes(1), ReconcileResult.RequeueAfter(TimeSpan.FromMinutes(1)).Delay);
        Assert.Throws<ArgumentOutOfRangeException>(() => ReconcileResult.RequeueAfter(TimeSpan.Zero));
    }
}
