using System.Collections.Concurrent;
using System.Threading.Channels;
using Foreman.Kubernetes;

namespace Foreman.Testing.Kubelet;

/// <summary>Events of pods, written in order and each only once: a real kubelet counts repetitions, this one leaves them out.</summary>
/// <param name="client">Where they go.</param>
/// <param name="node">Name of the node.</param>
internal sealed class PodEvents(IKubernetes client, string node)
{
    private readonly Channel<CoreV1Event> _waiting = Channel.CreateUnbounded<CoreV1Event>();
    private readonly ConcurrentDictionary<(string Uid, string Reason, string Message, string? Path), bool> _told = new();

    /// <summary>Tells something that went as it should.</summary>
    public void Normal(Pod pod, Container? container, string reason, string message) => Tell(pod, container, "Normal", (reason, message));

    /// <summary>Tells something that went wrong.</summary>
    public void Warning(Pod pod, Container? container, string reason, string message) => Tell(pod, container, "Warning", (reason, message));

    /// <summary>Writes what is told until cancelled; what can't be written is lost, as with a real kubelet.</summary>
    public async Task WriteAsync(KubeletLine line, CancellationToken cancellationToken)
    {
        await foreach (var told in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            try
            {
                await line.WaitAsync(cancellationToken);
                await client.CreateAsync(told, cancellationToken: cancellationToken);
            }
            catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
            {
                // The namespace goes, or the server is away.
            }
        }
    }

    private void Tell(Pod pod, Container? container, string type, (string Reason, string Message) what)
    {
        var part = container is not null && pod.Spec.InitContainers.Contains(container) ? "initContainers" : "containers";
        var path = container is null ? null : $"spec.{part}{{{container.Name}}}";
        if (!_told.TryAdd((pod.Metadata.Uid ?? "", what.Reason, what.Message, path), true))
        {
            return;
        }

        var now = DateTimeOffset.UtcNow;
        _waiting.Writer.TryWrite(new CoreV1Event
        {
            Metadata = new() { Name = $"{pod.Metadata.Name}.{Guid.NewGuid():n}", NamespaceProperty = pod.Metadata.NamespaceProperty },
            InvolvedObject = new()
            {
                ApiVersion = "v1",
                Kind = "Pod",
                Name = pod.Metadata.Name,
                NamespaceProperty = pod.Metadata.NamespaceProperty,
                Uid = pod.Metadata.Uid,
                FieldPath = path,
            },
            Reason = what.Reason,
            Message = what.Message[..Math.Min(what.Message.Length, 1000)],
            EventType = type,
            Count = 1,
            FirstTimestamp = now,
            LastTimestamp = now,
            Source = new() { Component = "kubelet", Host = node },
            ReportingComponent = "kubelet",
            ReportingInstance = node,
        });
    }
}
