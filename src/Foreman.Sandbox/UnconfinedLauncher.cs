namespace Foreman.Sandbox;

/// <summary>Confines nothing: for hosts without a sandbox whose admin runs commands all the same. Limits, time-outs and the environment built from nothing stay.</summary>
internal sealed class UnconfinedLauncher : ICageLauncher
{
    public CageMode Mode => CageMode.None;

    public string? Reason => "commands run unconfined";

    public bool EndsWithFirstProcess => false;

    // The limit of processes counts those of the whole user here, so it is left to the control groups.
    public IReadOnlyList<string> Plan(CagePolicy policy, CageCommand command) => [command.Program, .. command.Arguments];
}
