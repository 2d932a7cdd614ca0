package node

import (
	"context"
	"fmt"
	"maps"

	v1 "k8s.io/api/core/v1"
)

// declaredEnvironment is what the container's env and envFrom say, on top of
// given, whose variables $(NAME) may name too.
func declaredEnvironment(ctx context.Context, from objects, pod *v1.Pod, container *v1.Container, given map[string]string) (map[string]string, error) {
	env := maps.Clone(given)
	for _, source := range container.EnvFrom {
		values, err := wholeObject(ctx, from, pod.Namespace, source)
		if err != nil {
			return nil, err
		}
		for key, value := range values {
			env[source.Prefix+key] = value
		}
	}
	for _, variable := range container.Env {
		if variable.ValueFrom == nil {
			env[variable.Name] = expand(variable.Value, env)
			continue
		}
		value, set, err := referredValue(ctx, from, pod, container, variable.ValueFrom)
		if err != nil {
			return nil, err
		}
		if set {
			env[variable.Name] = value
		}
	}
	return env, nil
}

func wholeObject(ctx context.Context, from objects, namespace string, source v1.EnvFromSource) (map[string]string, error) {
	values := map[string]string{}
	switch {
	case source.ConfigMapRef != nil:
		found, err := from.configMap(ctx, namespace, source.ConfigMapRef.Name)
		if err != nil {
			return nil, forgive(err, source.ConfigMapRef.Optional)
		}
		maps.Copy(values, found.Data)
	case source.SecretRef != nil:
		found, err := from.secret(ctx, namespace, source.SecretRef.Name)
		if err != nil {
			return nil, forgive(err, source.SecretRef.Optional)
		}
		for key, value := range found.Data {
			values[key] = string(value)
		}
	}
	return values, nil
}

// referredValue tells a valueFrom's value, or that an optional one is not set.
func referredValue(ctx context.Context, from objects, pod *v1.Pod, container *v1.Container, source *v1.EnvVarSource) (value string, set bool, err error) {
	switch {
	case source.FieldRef != nil:
		value, err = fieldValue(pod, source.FieldRef.FieldPath)
		return value, err == nil, err

	case source.ResourceFieldRef != nil:
		if name := source.ResourceFieldRef.ContainerName; name != "" {
			if container, err = containerNamed(pod, name); err != nil {
				return "", false, err
			}
		}
		value, err = resourceValue(container, source.ResourceFieldRef)
		return value, err == nil, err

	case source.ConfigMapKeyRef != nil:
		ref := source.ConfigMapKeyRef
		found, err := from.configMap(ctx, pod.Namespace, ref.Name)
		if err != nil {
			return "", false, forgive(err, ref.Optional)
		}
		value, set = found.Data[ref.Key]
		return value, set, keyMissing(set, ref.Optional, ref.Key, "ConfigMap", pod.Namespace, ref.Name)

	case source.SecretKeyRef != nil:
		ref := source.SecretKeyRef
		found, err := from.secret(ctx, pod.Namespace, ref.Name)
		if err != nil {
			return "", false, forgive(err, ref.Optional)
		}
		data, set := found.Data[ref.Key]
		return string(data), set, keyMissing(set, ref.Optional, ref.Key, "Secret", pod.Namespace, ref.Name)
	}
	return "", false, fmt.Errorf("this kind of valueFrom is not supported by the process node")
}

func keyMissing(set bool, optional *bool, key, kind, namespace, name string) error {
	if set || (optional != nil && *optional) {
		return nil
	}
	return fmt.Errorf("couldn't find key %s in %s %s/%s", key, kind, namespace, name)
}
