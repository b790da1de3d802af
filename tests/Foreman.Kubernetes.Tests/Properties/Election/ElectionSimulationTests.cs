namespace Foreman.Kubernetes.Tests.Properties.Election;

/// <summary>
/// Three electors through lost, late and repeated messages, partitions, pauses, crashes, and clocks that run apart, jump and
/// stand still. A failing seed can be played again alone.
/// </summary>
public sealed class ElectionSimulationTests(ITestOutputHelper output)
{
    private const int SeedsInCi = 20_000;

    private static readonly Dictionary<string, ElectionRules> Mistakes = new()
    {
        ["a renewal that arrives after the deadline is believed"] = BrokenRules.LateRenewalBelieved,
        ["a renewal counts from its answer"] = BrokenRules.CountedFromAnswer,
        ["the time that another wrote is believed"] = BrokenRules.WallClockBelieved,
        ["who has lost the Lease releases it"] = BrokenRules.ReleasesWhatItLost,
        ["the Lease is written unconditionally"] = BrokenRules.WritesUnconditionally,
        ["a renewal may change nothing"] = BrokenRules.RenewsWithoutChange,
        ["a holder whose times look the same is taken for silent"] = BrokenRules.LooksAtTimesOnly,
        ["a leader leads until it is told otherwise"] = BrokenRules.LeadsWithoutClock,
        ["the leader stops when others begin"] = BrokenRules.NoMargin,
        ["writes carry no token"] = BrokenRules.WritesWithoutToken,
        ["the token is not tested"] = BrokenRules.TokenNotTested,
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
        for (var seed = 0; seed < SeedsInCi; seed++)
        {
            if (ElectionWorld.Play(seed, Mistakes[mistake]) is { } violation)
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
