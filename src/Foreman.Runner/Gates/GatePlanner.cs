using System.Collections.Immutable;
using Foreman.Api;
using Foreman.Primitives;

namespace Foreman.Runner.Gates;

/// <summary>What a gate runs: by the task's profile, else by what the repository declares. Pure.</summary>
internal static class GatePlanner
{
    private static readonly (string Name, Func<GateCommands, string?> Command)[] Given =
    [
        (Checks.Format, c => c.Format), (Checks.Lint, c => c.Lint), (Checks.Build, c => c.Build), (Checks.Test, c => c.Test), (Checks.Codegen, c => c.CodegenCheck),
    ];

    private static readonly string[] Order = [Checks.Setup, Checks.Format, Checks.Lint, Checks.Build, Checks.Test, Checks.Codegen];

    /// <summary>Makes the plan.</summary>
    /// <param name="tree">The repository.</param>
    /// <param name="profile">The task's spec.gateProfile; null when it has none.</param>
    /// <param name="changes">What the task changed; null for nothing.</param>
    public static GatePlan Plan(RepositoryTree tree, GateProfile? profile, IReadOnlyList<ChangedFile>? changes = null)
    {
        var (project, notReached) = ProjectChoice.Of(tree, profile, changes ?? []);
        return PlanOf(project, tree, profile) is var plan && plan.Checks.Any(c => c is { Name: Checks.Test, IsGiven: true }) ? plan : plan with { NotReached = notReached };
    }

    /// <summary>What a gate runs for one project.</summary>
    /// <param name="project">The project; null for none.</param>
    /// <param name="tree">Its repository.</param>
    /// <param name="profile">The task's spec.gateProfile; null when it has none.</param>
    public static GatePlan PlanOf(GateProject? project, RepositoryTree tree, GateProfile? profile)
    {
        // A language that was named needs no file that says so.
        var language = project?.Language ?? IGateLanguage.All.FirstOrDefault(l => l.Language == profile?.Language);
        var usual = project?.Checks ?? [.. language?.ChecksOf(tree, null, profile) ?? []];
        var checks = usual.ToDictionary(c => c.Name, StringComparer.Ordinal);
        foreach (var (name, command) in Given)
        {
            switch (profile?.Commands is { } commands ? command(commands) : null)
            {
                case null:
                    break;
                case var empty when string.IsNullOrWhiteSpace(empty):
                    _ = checks.Remove(name);
                    break;
                case var text:
                    checks[name] = new GateCheck { Name = name, Command = text, IsGiven = true };
                    break;
            }
        }

        // What prepares a build is of no use when nothing is built with it.
        if (checks.Keys.All(k => k == Checks.Setup))
        {
            checks.Clear();
        }

        return new GatePlan
        {
            Language = language?.Language ?? GateLanguage.Generic,
            Checks = [.. checks.Values.OrderBy(c => Array.IndexOf(Order, c.Name))],
            Tests = (language?.Tests ?? Anything).With(profile),
            Environment = language?.Environment ?? ImmutableDictionary<string, string>.Empty,
            Project = project,
            Nothing = checks.Count > 0 ? null : Nothing(profile?.Language, language),
        };
    }

    private static TestFiles Anything { get; } = new([], path => path.Split('/').Any(p => p is "test" or "tests"));

    private static string Nothing(GateLanguage? given, IGateLanguage? language) =>
        language is null && given is not null && given != GateLanguage.Generic && !IGateLanguage.All.Any(l => l.Language == given)
            ? $"spec.gateProfile.language \"{Printable.Line($"{given}", 64)}\" is none that this release has commands for: set spec.gateProfile.commands"
            : language is null ? "nothing in the repository tells how it is checked: set spec.gateProfile.commands"
            : $"no command of spec.gateProfile is left to run for {language.Language}: set spec.gateProfile.commands";
}
