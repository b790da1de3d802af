using Foreman.AgentLoop;
using Foreman.Api;

namespace Foreman.Runner.Gates;

/// <summary>Runs the gate over each result that says the work is done, and sends the model back while checks fail.</summary>
/// <param name="gate">Runs it once.</param>
internal sealed class GateRounds(Func<CancellationToken, Task<GateReport>> gate) : IResultCheck
{
    /// <inheritdoc/>
    public int Rounds => 3;

    /// <summary>What the last gate found; null before the first.</summary>
    public GateReport? Last { get; private set; }

    /// <inheritdoc/>
    public async Task<string?> CheckAsync(int round, CancellationToken cancellationToken)
    {
        Last = await gate(cancellationToken).ConfigureAwait(false);

        // A check that can't be run is nothing that a model could mend.
        return Last.Verdict == Verdict.GateFail ? Last.ForModel(round, Rounds) : null;
    }
}
