namespace Foreman.Kubernetes.Tests.Properties.Election;

/// <summary>
/// Three electors through lost, late and repeated messages, partitions, pauses, crashes, and clocks that run apart, jump and
/// stand still. A failing seed can be played again alone.
/// </summary>
public sealed class ElectionSimulationTests(ITestOutputHelper output)
{
    private const int SeedsInCi = 20_000;

    // Each with the seed at which the search begins when somebody waits: shortly before the first one that finds it.
    private static readonly Dictionary<string, (ElectionRules Rules, int Begin)> Mistakes = new()
    {
        ["a renewal that arrives after the deadline is believed"] = (BrokenRules.LateRenewalBelieved, 100),
        ["a renewal counts from its answer"] = (BrokenRules.CountedFromAnswer, 5690),
        ["the time that another wrote is believed"] = (BrokenRules.WallClockBelieved, 0),
        ["who has lost the Lease releases it"] = (BrokenRules.ReleasesWhatItLost, 0),
        ["the Lease is written unconditionally"] = (BrokenRules.WritesUnconditionally, 0),
        ["a renewal may change nothing"] = (BrokenRules.RenewsWithoutChange, 0),
        ["a holder whose times look the same is taken for silent"] = (BrokenRules.LooksAtTimesOnly, 0),
        ["a leader leads until it is told otherwise"] = (BrokenRules.LeadsWithoutClock, 0),
        ["the leader stops when others begin"] = (BrokenRules.NoMargin, 760),
        ["writes carry no token"] = (BrokenRules.WritesWithoutToken, 0),
        ["the token is not tested"] = (BrokenRules.TokenNotTested, 0),
    };

    public static TheoryData<string> MistakeNames => [.. Mistakes.Keys];

    [Fact]
    public void Under_faults_at_most_one_leads_and_one_leads_eventually() => PlayAll(LongRun.Seeds(500, SeedsInCi), new());

    [Fact]
    public void Even_when_the_lease_is_deleted_no_write_of_an_earlier_leader_lands_after_one_of_a_later() =>
        PlayAll(LongRun.Seeds(200, full: 4000), new() { DeletesLease = true });

    [Theory]
    [MemberData(nameof(MistakeNames))]
    public void A_bug_in_the_state_machine_is_found(string mistake)
    {
        var (rules, begin) = Mistakes[mistake];
        for (var seed = LongRun.IsOn ? 0 : begin; seed < SeedsInCi; seed++)
        {
            if (ElectionWorld.Play(seed, rules) is { } violation)
            {
                output.WriteLine($"seed {seed}: {violation}");
                return;
            }
        }

        Assert.Fail($"{SeedsInCi} seeds have not found that {mistake}");
    }

    private static void PlayAll(int seeds, ElectionRules rules)
    {
        for (var seed = 0; seed < seeds; seed++)
        {
            if (ElectionWorld.Play(seed, rules) is { } violation)
            {
                Assert.Fail($"seed {seed}: {violation}");
            }
        }
    }
}
