using System.Text.Json.Nodes;

namespace Foreman.Kubernetes.Behaviour.Tests;

/// <summary>
/// The custom kinds of these tests: Gadget (namespaced, with a status of its own and a schema that uses everything) and Gizmo (of the
/// cluster, without a status endpoint).
/// </summary>
internal static class Definitions
{
    public static ResourceType Gizmo { get; } = new("behaviour.foreman.dev", "v1", "Gizmo", "gizmos", Namespaced: false);

    public static ResourceType Definition { get; } = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    /// <summary>Creates both kinds and waits until they are served.</summary>
    public static async Task InstallAsync(IKubernetes client)
    {
        await InstallAsync(client, Tree.Of(GadgetText), Gadget.Type);
        await InstallAsync(client, Tree.Of(GizmoText), Gizmo);
    }

    /// <summary>Creates a kind and waits until it is served.</summary>
    public static async Task InstallAsync(IKubernetes client, JsonObject definition, ResourceType type)
    {
        await client.Dynamic.ApplyAsync(definition, new() { FieldManager = "tester", Force = true });
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await client.Dynamic.ListAsync(type);
                    return true;
                }
                catch (KubernetesException)
                {
                    // Until the kind is served the server answers 404, and for a moment 429 or 503.
                    return false;
                }
            },
            $"{type.Kind} to be served");
    }

    private const string GadgetText = """
        {
          "apiVersion": "apiextensions.k8s.io/v1",
          "kind": "CustomResourceDefinition",
          "metadata": { "name": "gadgets.behaviour.foreman.dev" },
          "spec": {
            "group": "behaviour.foreman.dev",
            "scope": "Namespaced",
            "names": { "kind": "Gadget", "listKind": "GadgetList", "plural": "gadgets", "singular": "gadget", "shortNames": ["gd"], "categories": ["toys"] },
            "versions": [{
              "name": "v1", "served": true, "storage": true,
              "subresources": { "status": {} },
              "selectableFields": [{ "jsonPath": ".spec.kind" }, { "jsonPath": ".spec.size" }, { "jsonPath": ".status.phase" }],
              "additionalPrinterColumns": [
                { "name": "Phase", "type": "string", "jsonPath": ".status.phase" },
                { "name": "Size", "type": "integer", "jsonPath": ".spec.size", "priority": 1, "description": "How large it is." },
                { "name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type==\"Ready\")].status" },
                { "name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp" }
              ],
              "schema": { "openAPIV3Schema": {
                "type": "object",
                "description": "A Gadget for tests.",
                "required": ["spec"],
                "properties": {
                  "spec": {
                    "type": "object",
                    "required": ["kind"],
                    "properties": {
                      "kind": { "type": "string", "enum": ["a", "b"] },
                      "size": { "type": "integer", "format": "int32", "minimum": 0, "maximum": 10, "default": 3 },
                      "total": { "type": "integer", "format": "int64" },
                      "ratio": { "type": "number", "minimum": 0, "exclusiveMinimum": true },
                      "even": { "type": "integer", "multipleOf": 2 },
                      "name": { "type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$" },
                      "text": { "type": "string" },
                      "tags": { "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 3 },
                      "set": { "type": "array", "items": { "type": "string" }, "x-kubernetes-list-type": "set" },
                      "ports": {
                        "type": "array",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["name", "protocol"],
                        "items": {
                          "type": "object",
                          "required": ["name"],
                          "properties": { "name": { "type": "string" }, "protocol": { "type": "string", "default": "TCP" }, "number": { "type": "integer" } }
                        }
                      },
                      "labels": { "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": 2 },
                      "whole": { "type": "object", "additionalProperties": { "type": "string" }, "x-kubernetes-map-type": "atomic" },
                      "anything": { "type": "object", "x-kubernetes-preserve-unknown-fields": true },
                      "template": { "type": "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
                      "port": { "x-kubernetes-int-or-string": true },
                      "memory": {
                        "anyOf": [{ "type": "integer" }, { "type": "string" }],
                        "x-kubernetes-int-or-string": true,
                        "pattern": "^[0-9]+(\\.[0-9]+)?(Ki|Mi|Gi|m)?$"
                      },
                      "when": { "type": "string", "format": "date-time" },
                      "maybe": { "type": "string", "nullable": true },
                      "level": { "type": "string", "nullable": true, "default": "low" },
                      "flag": { "type": "boolean" },
                      "choice": {
                        "type": "object",
                        "properties": { "left": { "type": "string" }, "right": { "type": "string" } },
                        "oneOf": [{ "required": ["left"] }, { "required": ["right"] }]
                      },
                      "nested": {
                        "type": "object",
                        "default": {},
                        "properties": {
                          "a": { "type": "string", "default": "x" },
                          "list": {
                            "type": "array",
                            "items": { "type": "object", "required": ["id"], "properties": { "id": { "type": "string" }, "c": { "type": "integer", "default": 1 } } }
                          }
                        }
                      }
                    }
                  },
                  "status": {
                    "type": "object",
                    "properties": {
                      "phase": { "type": "string", "enum": ["Pending", "Running", "Done"] },
                      "attempt": { "type": "integer" },
                      "conditions": {
                        "type": "array",
                        "x-kubernetes-list-type": "map",
                        "x-kubernetes-list-map-keys": ["type"],
                        "items": {
                          "type": "object",
                          "required": ["type", "status"],
                          "properties": {
                            "type": { "type": "string" },
                            "status": { "type": "string", "enum": ["True", "False", "Unknown"] },
                            "observedGeneration": { "type": "integer", "format": "int64" },
                            "lastTransitionTime": { "type": "string", "format": "date-time" },
                            "reason": { "type": "string" },
                            "message": { "type": "string" }
                          }
                        }
                      }
                    }
                  }
                }
              } }
            }]
          }
        }
        """;

    private const string GizmoText = """
        {
          "apiVersion": "apiextensions.k8s.io/v1",
          "kind": "CustomResourceDefinition",
          "metadata": { "name": "gizmos.behaviour.foreman.dev" },
          "spec": {
            "group": "behaviour.foreman.dev",
            "scope": "Cluster",
            "names": { "kind": "Gizmo", "listKind": "GizmoList", "plural": "gizmos", "singular": "gizmo" },
            "versions": [{
              "name": "v1", "served": true, "storage": true,
              "schema": { "openAPIV3Schema": {
                "type": "object",
                "properties": {
                  "spec": { "type": "object", "properties": { "size": { "type": "integer" } } },
                  "status": { "type": "object", "properties": { "phase": { "type": "string" } } }
                }
              } }
            }]
          }
        }
        """;
}
