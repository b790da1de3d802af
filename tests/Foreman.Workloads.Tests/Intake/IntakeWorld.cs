using System.Globalization;
using System.Text.Json;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Workloads.Tests.Intake;

/// <summary>
/// An API server with a Workload that takes issues in and those that it made, an operator that carries out what the engine decides
/// write by write, and a forge. What is stored goes through JSON, as it does in a cluster.
/// </summary>
internal sealed class IntakeWorld
{
    public const string Label = "foreman";

    private const int MostPasses = 5;

    private readonly SortedDictionary<string, Workload> _children = new(StringComparer.Ordinal);
    private IntakeListing? _previous;
    private readonly Dictionary<string, string> _held = new(StringComparer.Ordinal);
    private string? _unwritable;
    private int _uids;
    private int _version = 1;

    public IntakeWorld(WorkloadSpec? spec = null, string name = "night")
    {
        Workload = Stored(Given.Workload(name, spec ?? Source()));
        Now = Given.Now;
    }

    public Workload Workload { get; private set; }

    public DateTimeOffset Now { get; private set; }

    /// <summary>The open issues of the forge with their labels.</summary>
    public SortedDictionary<int, SortedSet<string>> Issues { get; } = [];

    /// <summary>Comments of the forge by issue and key.</summary>
    public SortedDictionary<string, string> Comments { get; } = new(StringComparer.Ordinal);

    /// <summary>Labels of closed issues.</summary>
    public SortedDictionary<int, SortedSet<string>> Closed { get; } = [];

    public List<OpenPullRequest> Pulls { get; } = [];

    public HashSet<string> Branches { get; } = new(StringComparer.Ordinal);

    /// <summary>Why the forge can't be read; null when it can.</summary>
    public string? Unreadable { get; set; }

    /// <summary>True when the forge takes no writes.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>True when lists are longer than is read.</summary>
    public bool IsCut { get; set; }

    /// <summary>Time since lists were read.</summary>
    public TimeSpan ListIsOld { get; set; }

    /// <summary>Issues that the forge refuses to mark.</summary>
    public HashSet<int> Refused { get; } = [];

    public Dictionary<string, string> Obstacles { get; } = new(StringComparer.Ordinal);

    public List<string> Writes { get; } = [];

    public List<WorkloadEvent> Events { get; } = [];

    /// <summary>The operator dies with this write, from 1, and another one starts anew from what is stored.</summary>
    public int? DiesWith { get; set; }

    /// <summary>Every Workload that was ever made, by issue.</summary>
    public List<int> Made { get; } = [];

    public IReadOnlyCollection<Workload> Children => _children.Values;

    public WorkloadStatus Status => Workload.Status ?? new();

    public WorkloadIntake Intake => Status.Intake ?? new();

    /// <summary>In progress, waiting, completed, failed.</summary>
    public (int InProgress, int Waiting, int Completed, int Failed) Counts => (Intake.InProgress ?? 0, Intake.Waiting ?? 0, Intake.Completed ?? 0, Intake.Failed ?? 0);

    public static WorkloadSpec Source(Func<WorkloadSource, WorkloadSource>? change = null) => new()
    {
        Intent = "Mend what users report.",
        Repo = "acme/shop",
        CoderAgentRef = Given.Ref("coder"),
        ReviewerAgentRefs = Given.Refs("reader"),
        Source = (change ?? (s => s))(new() { Label = Label }),
    };

    public IntakeWorld With(params int[] issues)
    {
        foreach (var issue in issues)
        {
            Issues[issue] = new(StringComparer.OrdinalIgnoreCase) { Label };
        }

        return this;
    }

    public Workload Child(int issue) => Assert.Single(_children.Values, c => c.Spec.Issues is [var n] && n == issue);

    public bool HasChild(int issue) => _children.Values.Any(c => c.Spec.Issues is [var n] && n == issue);

    public void Change(Func<WorkloadSpec, WorkloadSpec> change) => Workload = Stored(Bumped(Workload with { Spec = change(Workload.Spec) }));

    public void ChangeChild(int issue, Func<Workload, Workload> change)
    {
        var child = Child(issue);
        _children[child.Name()] = Stored(change(child));
    }

    /// <summary>Ends the Workload of an issue.</summary>
    public void End(int issue, WorkloadPhase? phase = null, string? reason = null, params string[] pulls) => ChangeChild(issue, c => c with
    {
        Status = new()
        {
            Phase = phase ?? WorkloadPhase.Completed,
            PullRequests = pulls.Length == 0 ? null : pulls,
            Conditions =
            [
                new()
                {
                    Type = ConditionTypes.Completed,
                    Status = Conditions.True,
                    Reason = reason ?? (phase == WorkloadPhase.Failed ? Reasons.ChildrenFailed : Reasons.AllChildrenSucceeded),
                    ObservedGeneration = c.Metadata.Generation,
                    LastTransitionTime = Now,
                },
            ],
        },
    });

    public void Close(int issue)
    {
        Issues.Remove(issue, out var labels);
        Closed[issue] = labels!;
    }

    public void Pass(TimeSpan time) => Now += time;

    /// <summary>Workloads that were cancelled end, as the ordinary engine has them end.</summary>
    public void Work()
    {
        foreach (var child in _children.Values.Where(c => c.Spec.Cancel == true && !IntakeChild.HasEnded(c)).ToArray())
        {
            End(child.Spec.Issues![0], WorkloadPhase.Failed, Reasons.Cancelled);
        }
    }

    /// <summary>Minutes go by, each with a round.</summary>
    public void Poll(int minutes = 1)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            Pass(TimeSpan.FromMinutes(1));
            Round();
        }
    }

    public IntakeSnapshot Snapshot(IEnumerable<Workload>? children = null)
    {
        var listing = Unreadable is null ? new IntakeListing([.. Issues.Where(i => i.Value.Contains(Label)).Select(i => new LabelledIssue(i.Key, [.. i.Value]))], IsCut, Now - ListIsOld) : null;
        return new(Workload)
        {
            Children = [.. children ?? _children.Values],
            Listing = listing,
            Previous = _previous,
            Unreadable = Unreadable,
            Unwritable = _unwritable,
            Held = _held,
            PullRequests = Pulls,
            Branches = Issues.Keys.Select(i => IntakeChild.Branch(Workload, i)).SelectMany(b => new[] { b, b + "-esc" }).ToDictionary(b => b, Branches.Contains, StringComparer.Ordinal),
            Obstacles = Obstacles,
        };
    }

    /// <summary>One round of the operator; one that dies is followed by the next one.</summary>
    public void Round()
    {
        while (true)
        {
            try
            {
                for (var pass = 0; pass < MostPasses && PassOnce(); pass++)
                {
                }

                _previous = Snapshot().Listing;
                return;
            }
            catch (DiedException)
            {
                (_previous, _unwritable) = (null, null);
                _held.Clear();
            }
        }
    }

    /// <summary>Everything that is stored, but for times and UIDs.</summary>
    public string State() => string.Join('\n',
    [
        JsonSerializer.Serialize(Workload with { Metadata = new(), Status = Status with { Conditions = null, Intake = Intake with { Counted = null } } }, Foreman.Api.Workload.TypeInfo),
        .. _children.Values.Select(c => $"{c.Name()} {c.Status?.Phase} {IntakeMarks.NotedOf(c)?.State} {c.Spec.Suspend} {c.Spec.Cancel}"),
        .. Issues.Concat(Closed).Select(i => $"#{i.Key} {string.Join(' ', i.Value)}"),
        .. Comments.Values,
    ]);

    private bool PassOnce()
    {
        var decision = IntakeEngine.Decide(Snapshot(), Now);
        foreach (var child in decision.Creates)
        {
            Write($"create {child.Name()}", () => Create(child));
            Events.Add(IntakeEngine.Taken(child));
        }

        foreach (var change in decision.Changes)
        {
            Write($"change {change.Child.Name()}", () => Apply(change));
        }

        var isHeld = false;
        string? problem = null;
        foreach (var mark in decision.Marks)
        {
            if (IsReadOnly)
            {
                problem = "It may not be written.";
                continue;
            }

            if (Refused.Contains(mark.Issue))
            {
                isHeld = true;
                _held[mark.Child.Uid()] = string.Create(CultureInfo.InvariantCulture, $"Issue #{mark.Issue} may not be written.");
                continue;
            }

            Mark(mark);
        }

        var isNew = isHeld || problem != _unwritable;
        _unwritable = problem;
        if (isNew)
        {
            return true;
        }

        if (decision.Status is { } status)
        {
            Write("status", () => Workload = Stored(Workload with { Status = status }));
        }

        foreach (var child in decision.Deletes)
        {
            Write($"delete {child.Name()}", () => Assert.True(_children.Remove(child.Name())));
        }

        Events.AddRange(decision.Events);
        return !decision.Creates.IsEmpty || !decision.Changes.IsEmpty || (!decision.Marks.IsEmpty && problem is null) || decision.Status is not null || !decision.Deletes.IsEmpty;
    }

    private void Create(Workload child)
    {
        Made.Add(child.Spec.Issues![0]);
        _children.Add(child.Name(), Stored(child with
        {
            Metadata = child.Metadata with { Uid = string.Create(CultureInfo.InvariantCulture, $"uid-{++_uids}"), Generation = 1, CreationTimestamp = Now },
        }));
    }

    private void Apply(IntakeChange change)
    {
        var child = _children[change.Child.Name()];
        _children[child.Name()] = Stored(Bumped(change switch
        {
            SuspendIntake { Suspended: true } => Noted(child, Labels.SuspendedByWorkload, "true") with { Spec = child.Spec with { Suspend = true } },
            SuspendIntake => Noted(child, Labels.SuspendedByWorkload, null) with { Spec = child.Spec with { Suspend = false } },
            CancelIntake cancel => Noted(child, Labels.CancelledBecause, cancel.Because) with { Spec = child.Spec with { Cancel = true } },
            _ => throw new InvalidOperationException(),
        }));
    }

    private void Mark(ForgeMark mark)
    {
        var labels = Issues.GetValueOrDefault(mark.Issue) ?? Closed.GetValueOrDefault(mark.Issue) ?? [];
        if (mark.Add is { } label)
        {
            Write($"label {mark.Issue} {label}", () => labels.Add(label));
        }

        Write($"comment {mark.Issue}", () => Comments[string.Create(CultureInfo.InvariantCulture, $"{mark.Issue} {mark.Key}")] = mark.Text);
        if (mark.Remove is { } old)
        {
            Write($"unlabel {mark.Issue} {old}", () => labels.Remove(old));
        }

        Write($"note {mark.Child.Name()}", () => _children[mark.Child.Name()] = Stored(Noted(_children[mark.Child.Name()], Labels.IntakeMark, mark.NoteAt(Now))));
    }

    private void Write(string what, Action write)
    {
        write();
        Writes.Add(what);
        if (Writes.Count == DiesWith)
        {
            throw new DiedException();
        }
    }

    private static Workload Noted(Workload child, string annotation, string? value)
    {
        var annotations = new Dictionary<string, string>(child.Metadata.Annotations ?? new Dictionary<string, string>());
        annotations.Remove(annotation);
        if (value is not null)
        {
            annotations[annotation] = value;
        }

        return child with { Metadata = child.Metadata with { Annotations = annotations } };
    }

    private static Workload Bumped(Workload workload) => workload with { Metadata = workload.Metadata with { Generation = workload.Metadata.Generation + 1 } };

    private Workload Stored(Workload workload) => JsonSerializer.Deserialize(
        JsonSerializer.Serialize(
            workload with { Metadata = workload.Metadata with { ResourceVersion = (++_version).ToString(CultureInfo.InvariantCulture) } }, Foreman.Api.Workload.TypeInfo),
        Foreman.Api.Workload.TypeInfo)!;

    private sealed class DiedException : Exception;
}
