using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Foreman.Kubernetes.Json;

namespace Foreman.Kubernetes;

/// <summary>
/// Writes Events about objects, as <c>kubectl describe</c> shows them, by the rules of client-go's correlator. Equal events
/// about one object are counted in one Event; similar ones, which differ in the message alone, are aggregated into one from the
/// tenth within ten minutes on; more than 25 in a row are dropped. Writing never fails the caller: an Event that can't be
/// stored is logged and dropped, unless the caller asked to be told that the server has too much to do (<see cref="TryRecordAsync"/>).
/// Events about one object are written in order. Safe for use from many threads.
/// </summary>
public sealed class EventRecorder
{
    /// <summary>Most bytes of a message that the API takes.</summary>
    public const int MaxMessageBytes = 1024;

    private const string Normal = "Normal";
    private const string Warning = "Warning";

    private readonly IKubernetes _client;
    private readonly EventRecorderOptions _options;
    private readonly CorrelatorRules _rules;
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 16).Select(_ => new SemaphoreSlim(1))];
    private readonly long _began;
    private CorrelatorState _state;

    // Does not wait when the server asks for it.
    private IKubernetes Impatient => field ??= _client.With(new() { MaxRetryAfter = TimeSpan.Zero });

    /// <summary>Makes a recorder.</summary>
    /// <param name="client">The client; it needs the verbs create and patch on events.</param>
    /// <param name="options">Who reports; null for the defaults.</param>
    public EventRecorder(IKubernetes client, EventRecorderOptions? options = null)
    {
        _client = client;
        _options = options ?? new();
        _rules = _options.Rules;
        _state = new(_rules.Capacity);
        _began = _options.Time.GetTimestamp();
    }

    /// <summary>Records that something ordinary happened.</summary>
    /// <param name="about">The object; it must have been stored.</param>
    /// <param name="reason">CamelCase reason.</param>
    /// <param name="message">What happened, for people; cut at <see cref="MaxMessageBytes"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task NormalAsync(IKubernetesObject about, string reason, string message, CancellationToken cancellationToken = default) =>
        RecordAsync(new(about, Normal, reason, message), known: null, keeps: false, cancellationToken);

    /// <summary>Records that something needs attention.</summary>
    /// <param name="about">The object; it must have been stored.</param>
    /// <param name="reason">CamelCase reason.</param>
    /// <param name="message">What happened, for people; cut at <see cref="MaxMessageBytes"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task WarningAsync(IKubernetesObject about, string reason, string message, CancellationToken cancellationToken = default) =>
        RecordAsync(new(about, Warning, reason, message), known: null, keeps: false, cancellationToken);

    /// <summary>Records as the others do, but does not wait when the server has too much to do (429, or 503 with Retry-After), nor drop the event then.</summary>
    /// <param name="about">The object; it must have been stored.</param>
    /// <param name="isWarning">Whether it needs attention.</param>
    /// <param name="reason">CamelCase reason.</param>
    /// <param name="message">What happened, for people; cut at <see cref="MaxMessageBytes"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is to be tried again; null when there is nothing to try.</returns>
    public Task<UnstoredEvent?> TryRecordAsync(IKubernetesObject about, bool isWarning, string reason, string message, CancellationToken cancellationToken = default) =>
        RecordAsync(new(about, isWarning ? Warning : Normal, reason, message), known: null, keeps: true, cancellationToken);

    /// <summary>Tries again to store an event that the server had no time for; it counts once, however often it is tried.</summary>
    /// <param name="unstored">The event.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <returns>What is to be tried again; null when there is nothing to try.</returns>
    public Task<UnstoredEvent?> TryAgainAsync(UnstoredEvent unstored, CancellationToken cancellationToken = default) =>
        RecordAsync(unstored.Facts, unstored.Step, keeps: true, cancellationToken);

    /// <summary>The longest prefix of a text that fits into a number of UTF-8 bytes, with an ellipsis when truncated.</summary>
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

    private async Task<UnstoredEvent?> RecordAsync(EventFacts facts, CorrelatorStep? known, bool keeps, CancellationToken cancellationToken)
    {
        // Events about one object are serialized: a count must not overtake the creation of its Event.
        var subjectLock = _locks[(facts.Subject.GetHashCode() & int.MaxValue) % _locks.Length];
        await subjectLock.WaitAsync(cancellationToken).ConfigureAwait(false);
        var step = known;
        try
        {
            step ??= Correlate(facts);
            await PublishAsync(keeps ? Impatient : _client, facts, step, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException e) when (keeps && step is not null && MayBeTriedAgain(e))
        {
            return new(facts, step, e.RetryAfter ?? TimeSpan.Zero);
        }
        catch (Exception e) when (e is KubernetesException or KubernetesUnreachableException)
        {
            ControllerMetrics.EventDropped(_options.Component, "failed");
            _options.Logger.EventNotStored(facts.Reason, facts.About.Kind, facts.About.Name(), e.Message);
        }
        finally
        {
            subjectLock.Release();
        }

        return null;
    }

    // The admission plugin EventRateLimit refuses with 429 and does not say how long to wait.
    private static bool MayBeTriedAgain(KubernetesException e) =>
        e.StatusCode == HttpStatusCode.TooManyRequests || e is { IsOverloaded: true, RetryAfter: not null };

    private async Task PublishAsync(IKubernetes client, EventFacts facts, CorrelatorStep step, CancellationToken cancellationToken)
    {
        if (step.Dropped)
        {
            ControllerMetrics.EventDropped(_options.Component, "spam");
            _options.Logger.EventRateLimited(facts.Reason, facts.About.Kind, facts.About.Name());
            return;
        }

        var message = Cut(step.Message, MaxMessageBytes);
        if (step.Entry.Count > 1)
        {
            if (await TryCountAsync(client, facts, step.Entry, message, cancellationToken).ConfigureAwait(false))
            {
                return;
            }

            // The Event has expired; a name that was used before may be taken, so a new one is made.
            step = step with { Entry = Renew(step.Key) };
        }

        var created = NewEvent(facts, step.Entry, message);
        await client.CreateAsync(created, new() { FieldValidation = FieldValidation.Ignore }, cancellationToken).ConfigureAwait(false);
    }

    private CorrelatorStep Correlate(EventFacts facts)
    {
        lock (_lock)
        {
            var step = EventCorrelator.Correlate(_state, facts, _rules, _options.Time.GetElapsedTime(_began), _options.Time.GetUtcNow().UtcTicks);
            _state = step.State;
            return step;
        }
    }

    private EventEntry Renew(EventKey key)
    {
        lock (_lock)
        {
            (_state, var entry) = EventCorrelator.Renew(_state, key, _options.Time.GetUtcNow().UtcTicks);
            return entry;
        }
    }

    /// <summary>Increments the count of an existing Event; false when it no longer exists.</summary>
    private async Task<bool> TryCountAsync(IKubernetes client, EventFacts facts, EventEntry entry, string message, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["count"] = entry.Count,
            ["lastTimestamp"] = Rfc3339Converter.Format(_options.Time.GetUtcNow()),
            ["message"] = message,
        };
        try
        {
            await client.PatchMetadataAsync<CoreV1Event>(V1Patch.Merge(body), entry.Name, facts.Subject.Namespace, cancellationToken: cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private CoreV1Event NewEvent(EventFacts facts, EventEntry entry, string message)
    {
        var now = _options.Time.GetUtcNow();
        return new()
        {
            Metadata = new() { Name = entry.Name, NamespaceProperty = facts.Subject.Namespace },
            InvolvedObject = facts.Reference(),
            EventType = facts.Type,
            Reason = facts.Reason,
            Message = message,
            Source = new() { Component = _options.Component, Host = _options.Instance },
            ReportingComponent = _options.Component,
            ReportingInstance = _options.Instance,
            FirstTimestamp = now,
            LastTimestamp = now,
            Count = entry.Count,
        };
    }
}
