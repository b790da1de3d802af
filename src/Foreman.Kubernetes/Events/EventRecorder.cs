using System.Text;
using System.Text.Json.Nodes;
using Foreman.Kubernetes.Json;
using Microsoft.Extensions.Logging;

namespace Foreman.Kubernetes;

/// <summary>
/// Writes Events about objects, as <c>kubectl describe</c> shows them. Equal events about one object are counted in one
/// Event. Writing never fails the caller: an Event that can't be stored is logged and dropped. Safe for use from many threads.
/// </summary>
public sealed class EventRecorder
{
    /// <summary>Most bytes of a message that the API takes.</summary>
    public const int MaxMessageBytes = 1024;

    private readonly IKubernetes _client;
    private readonly EventRecorderOptions _options;
    private readonly EventLedger _ledger;

    /// <summary>Makes a recorder.</summary>
    /// <param name="client">The client; it needs the verbs create and patch on events.</param>
    /// <param name="options">Who reports; null for the defaults.</param>
    public EventRecorder(IKubernetes client, EventRecorderOptions? options = null)
    {
        _client = client;
        _options = options ?? new();
        _ledger = new(_options.Remembered);
    }

    /// <summary>Records that something ordinary happened.</summary>
    /// <param name="about">The object; it must have been stored.</param>
    /// <param name="reason">CamelCase reason.</param>
    /// <param name="message">What happened, for people; cut at <see cref="MaxMessageBytes"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task NormalAsync(IKubernetesObject about, string reason, string message, CancellationToken cancellationToken = default) =>
        RecordAsync(new(about, "Normal", reason, message), cancellationToken);

    /// <summary>Records that something needs attention.</summary>
    /// <param name="about">The object; it must have been stored.</param>
    /// <param name="reason">CamelCase reason.</param>
    /// <param name="message">What happened, for people; cut at <see cref="MaxMessageBytes"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task WarningAsync(IKubernetesObject about, string reason, string message, CancellationToken cancellationToken = default) =>
        RecordAsync(new(about, "Warning", reason, message), cancellationToken);

    /// <summary>The longest start of a text that fits into so many bytes of UTF-8, with a mark when something is cut.</summary>
    internal static string Cut(string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) <= maxBytes)
        {
            return text;
        }

        const string Mark = "…";
        var left = maxBytes - Encoding.UTF8.GetByteCount(Mark);
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            left -= rune.Utf8SequenceLength;
            if (left < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length] + Mark;
    }

    private async Task RecordAsync(EventFacts facts, CancellationToken cancellationToken)
    {
        facts = facts with { Message = Cut(facts.Message, MaxMessageBytes) };
        var entry = _ledger.Count(facts.Key, _options.Time.GetUtcNow().UtcTicks);
        try
        {
            if (entry.Count > 1 && await TryCountAsync(entry, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            await _client.CreateAsync(NewEvent(facts, entry), new() { FieldValidation = FieldValidation.Ignore }, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            _options.Logger.LogWarning(
                "The event {Reason} about {Kind} {Name} could not be stored: {Error}", facts.Reason, facts.About.Kind, facts.About.Name(), e.Message);
        }
    }

    /// <summary>Raises the count of the Event that is there; false when it has gone meanwhile.</summary>
    private async Task<bool> TryCountAsync(EventEntry entry, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["count"] = entry.Count, ["lastTimestamp"] = Rfc3339Converter.Format(_options.Time.GetUtcNow()) };
        try
        {
            await _client.PatchMetadataAsync<CoreV1Event>(V1Patch.Merge(body), entry.Name, entry.Namespace, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private CoreV1Event NewEvent(EventFacts facts, EventEntry entry)
    {
        var now = _options.Time.GetUtcNow();
        return new()
        {
            // A name that was used before is taken, so an Event that expired and comes again gets a new one.
            Metadata = new() { Name = entry.Count > 1 ? _ledger.Rename(facts.Key).Name : entry.Name, NamespaceProperty = entry.Namespace },
            InvolvedObject = facts.Reference(),
            EventType = facts.Type,
            Reason = facts.Reason,
            Message = facts.Message,
            Source = new() { Component = _options.Component, Host = _options.Instance },
            ReportingComponent = _options.Component,
            ReportingInstance = _options.Instance,
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = 1,
        };
    }
}
