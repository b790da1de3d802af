namespace Foreman.Kubernetes.Tests;

public sealed class ReconcileTriggerTests
{
    [Fact]
    public void Who_listens_is_told_until_he_stops()
    {
        var (trigger, told) = (new ReconcileTrigger(), new List<string>());
        trigger.Fire(new("default", "before"));
        using (trigger.Subscribe(key => told.Add(key.Name)))
        {
            trigger.Fire(new("default", "a"));
        }

        trigger.Fire(new("default", "after"));

        Assert.Equal(["a"], told);
    }
}
