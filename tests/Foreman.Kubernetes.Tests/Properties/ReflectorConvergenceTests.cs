namespace Foreman.Kubernetes.Tests.Properties;

/// <summary>Drives the rules of list and watch through random histories and faults; a failing seed can be played again alone.</summary>
public sealed class ReflectorConvergenceTests
{
    private static readonly int Seeds = LongRun.Seeds(quick: 250);

    public static TheoryData<string> Mistakes => [.. BrokenReflectors.All.Keys];

    [Fact]
    public void The_store_converges_under_faults_and_never_goes_back()
    {
        var wrong = Enumerable.Range(0, Seeds).Select(seed => ReflectorSimulation.Play(seed, ReflectorStateMachine.Step)).FirstOrDefault(w => w is not null);

        Assert.Null(wrong);
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_bug_in_the_state_machine_is_found(string mistake)
    {
        var rules = BrokenReflectors.All[mistake];

        var found = Enumerable.Range(0, Seeds).Select(seed => ReflectorSimulation.Play(seed, rules)).FirstOrDefault(w => w is not null);

        Assert.NotNull(found);
        TestContext.Current.SendDiagnosticMessage($"{mistake}: {found}");
    }
}
