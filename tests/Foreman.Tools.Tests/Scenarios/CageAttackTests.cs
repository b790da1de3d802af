namespace Foreman.Tools.Tests.Scenarios;

/// <summary>The attacks by the real bash tool.</summary>
public sealed class CageAttackTests : CageAttacks
{
    private protected override string Run(BashHarness tools, string command, int seconds) => tools.Run(command, seconds);

    private protected override string Ended(string words) => $"[the command was ended: {words}]";

    private protected override string Told(int seconds) => $"{seconds} s";
}
