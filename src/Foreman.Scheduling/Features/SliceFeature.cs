using System.Globalization;
using Foreman.Api;
using static Foreman.Scheduling.FieldRows;

namespace Foreman.Scheduling;

/// <summary>Slices of work: what tasks of kind integrate and reconcile lack, and what other kinds have no use for.</summary>
internal sealed class SliceFeature : IFeature
{
    private const int MaxSlices = 100;
    private const int MaxIdentifiers = 500;
    private const string Elsewhere = "it goes with the kinds integrate and reconcile; use one of them, or leave it out";
    private const string Anew = "an integrate begins its branch anew at the base; leave it out";

    private static readonly FieldRow<AgenticTaskSpec>[] OtherKinds =
    [
        new("spec.payload.slices", s => Has(s.Payload.Slices), Elsewhere),
        new("spec.payload.contract", s => Has(s.Payload.Contract), Elsewhere),
        new("spec.payload.sharedIdentifiers", s => Has(s.Payload.SharedIdentifiers), Elsewhere),
    ];

    private static readonly FieldRow<AgenticTaskSpec>[] BothKinds =
    [
        new("spec.payload.repo", s => !Has(s.Payload.Repo), "it is empty, and slices are branches of a repository; name it"),
        new("spec.payload.slices", s => !Has(s.Payload.Slices), "it is empty, and there is no work to look at; name each slice and its branch"),
        new("spec.payload.slices", s => s.Payload.Slices?.Count > MaxSlices, Text($"it has more than {MaxSlices}; put slices together first")),
        new("spec.payload.sharedIdentifiers", s => s.Payload.SharedIdentifiers?.Count > MaxIdentifiers, Text($"it has more than {MaxIdentifiers}; use several tasks")),
        new("spec.payload.sharedIdentifiers", s => s.Kind == TaskKind.Reconcile && !Has(s.Payload.SharedIdentifiers) && !Has(s.Payload.Contract),
            "it is empty, and so is spec.payload.contract: there is nothing to compare; name the identifiers that slices share"),
        new("spec.payload.contract", s => s.Payload.Contract is { } c && LeadsOut(c.Trim()), "it leads out of the repository; give a path from its top, without .."),
        new("spec.payload.openPullRequest", s => s.Kind == TaskKind.Reconcile && s.Payload.OpenPullRequest == true, "a reconcile makes no change; leave it out, or ask the integrate for it that joins the slices"),
        new("spec.payload.reviseFromBranch", s => s.Kind == TaskKind.Integrate && Has(s.Payload.ReviseFromBranch), Anew),
        new("spec.payload.branchStrategy", s => s.Kind == TaskKind.Integrate && s.Payload.BranchStrategy is { } b && b != BranchStrategy.Reset, Anew),
    ];

    public IEnumerable<UnsupportedField> InTask(AgenticTaskSpec spec, SchedulerSettings settings) =>
        spec.Kind == TaskKind.Integrate || spec.Kind == TaskKind.Reconcile
            ? BothKinds.Of(spec).Concat(InSlices(spec)).Concat(InIdentifiers(spec.Payload))
            : OtherKinds.Of(spec);

    private static IEnumerable<UnsupportedField> InSlices(AgenticTaskSpec spec)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, slice) in (spec.Payload.Slices ?? []).Index().Take(MaxSlices))
        {
            var at = Text($"spec.payload.slices[{index}]");
            if (!names.Add(slice.Name))
            {
                yield return new($"{at}.name \"{slice.Name}\"", "another slice has this name; give each its own");
            }

            if (!Has(slice.Branch) && spec.Kind == TaskKind.Integrate)
            {
                yield return new($"{at}.branch", $"it is empty, and slice \"{slice.Name}\" is the work on its branch; name it");
            }
            else if (!Has(slice.Branch) && !Has(spec.Payload.Branch))
            {
                yield return new($"{at}.branch", $"it is empty; name the branch of slice \"{slice.Name}\", or in spec.payload.branch the one that holds all of them");
            }
            else if (spec.Kind == TaskKind.Integrate && slice.Branch == spec.Payload.Branch)
            {
                yield return new($"{at}.branch \"{slice.Branch}\"", "the slices are joined on this branch (spec.payload.branch); name another one there");
            }

            foreach (var (number, file) in (slice.Files ?? []).Index())
            {
                if (PathProblem(file) is { } problem)
                {
                    yield return new(Text($"{at}.files[{number}] \"{file}\""), problem);
                }
            }
        }
    }

    private static IEnumerable<UnsupportedField> InIdentifiers(TaskPayload payload)
    {
        var slices = (payload.Slices ?? []).Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, shared) in (payload.SharedIdentifiers ?? []).Index().Take(MaxIdentifiers))
        {
            var at = Text($"spec.payload.sharedIdentifiers[{index}]");
            if (shared.Id.Length == 0 || shared.Id.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            {
                yield return new($"{at}.id \"{shared.Id}\"", "an identifier is one word; write it without spaces");
            }
            else if (!ids.Add(shared.Id))
            {
                yield return new($"{at}.id \"{shared.Id}\"", "it is named twice; put both into one");
            }

            if (!slices.Contains(shared.DefinedBy))
            {
                yield return new($"{at}.definedBy \"{shared.DefinedBy}\"", "no slice has this name; use the name of one");
            }

            foreach (var (number, name) in (shared.ReferencedBy ?? []).Index().Where(r => !slices.Contains(r.Item)))
            {
                yield return new(Text($"{at}.referencedBy[{number}] \"{name}\""), "no slice has this name; use the name of one");
            }
        }
    }

    // A contract of several words is a text.
    private static bool LeadsOut(string contract) => !contract.Any(char.IsWhiteSpace) && contract.Contains('/', StringComparison.Ordinal) && (contract[0] == '/' || contract.Split('/').Contains(".."));

    private static string? PathProblem(string path)
    {
        var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.StartsWith('/') || names.Contains("..") ? "it leads out of the repository; give a path from its top, without .."
            : names.All(n => n == ".") ? "it names no file; leave files out for whatever the slice changes"
            : path.AsSpan().ContainsAny('*', '?') ? "patterns are not used here; give a file, or a folder for all below it"
            : null;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
