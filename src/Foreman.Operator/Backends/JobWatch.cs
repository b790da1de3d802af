using System.Collections.Immutable;
using Foreman.Jobs;
using Foreman.Kubernetes;
using k8s.Models;
using JobObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Job, Foreman.Jobs.JobFormat>;
using PodObject = Foreman.Kubernetes.ModelObject<k8s.Models.V1Pod, Foreman.Jobs.PodFormat>;

namespace Foreman.Operator.Backends;

/// <summary>The Jobs and pods of tasks in one namespace, by two watches for all of them.</summary>
internal sealed class JobWatch : IAsyncDisposable
{
    private const string ByAttempt = "attempt";

    // A watch that is silent for so long is replaced by one that brings what was missed.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);

    private readonly Reflector<JobObject> _jobs;
    private readonly Reflector<PodObject> _pods;
    private readonly CancellationTokenSource _end = new();
    private readonly IDisposable _ofJobs;
    private readonly IDisposable _ofPods;
    private readonly Task _run;

    /// <summary>Follows the namespace from now on.</summary>
    /// <param name="client">Reads.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="options">Clock and log.</param>
    /// <param name="changed">Told of each change of a Job or pod, with the namespace, on the thread that watches.</param>
    public JobWatch(IKubernetes client, string space, ReflectorOptions options, Action<string, JobKey> changed)
    {
        var followed = options with { Namespaces = [space], LabelSelector = JobIdentity.OfAll, SilenceLimit = LongestSilence };
        _jobs = new(client, followed);
        _pods = new(client, followed);
        _jobs.Store.AddIndexer(ByAttempt, job => JobKey.OfLabels(job) is { } key ? [key.ToString()] : []);
        _pods.Store.AddIndexer(ByAttempt, pod => JobKey.OfLabels(pod) is { } key ? [key.ToString()] : []);
        _ofJobs = _jobs.Store.Subscribe(change => Tell(change.Object));
        _ofPods = _pods.Store.Subscribe(change => Tell(change.Object));
        _run = Task.Run(() => Task.WhenAll(_jobs.RunAsync(_end.Token), _pods.RunAsync(_end.Token)));

        void Tell(IKubernetesObject changedObject)
        {
            if (JobKey.OfLabels(changedObject) is { } key)
            {
                changed(space, key);
            }
        }
    }

    /// <summary>True when all that is there is known.</summary>
    public bool IsReady => _jobs.Ready.IsCompletedSuccessfully && _pods.Ready.IsCompletedSuccessfully;

    /// <summary>The Job of this name; null when none is known.</summary>
    public V1Job? Job(string name, string space) => _jobs.Store.Get(name, space)?.Model;

    /// <summary>Name of the task whose Job this is; null when no Job of that attempt is known.</summary>
    /// <param name="key">The attempt.</param>
    public string? OwnerOf(JobKey key) => _jobs.Store.ByIndex(ByAttempt, key.ToString()).Values
        .Select(j => j.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true)?.Name)
        .FirstOrDefault();

    /// <summary>The pods of an attempt that are known.</summary>
    public ImmutableArray<V1Pod> Pods(JobKey key) => [.. _pods.Store.ByIndex(ByAttempt, key.ToString()).Values.Select(p => p.Model)];

    /// <summary>Ends the watches.</summary>
    public async ValueTask DisposeAsync()
    {
        _ofJobs.Dispose();
        _ofPods.Dispose();
        await _end.CancelAsync();
        await _run;
        _end.Dispose();
    }
}
