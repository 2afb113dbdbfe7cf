// @ts-nocheck It is Next’s, and the project has no types of React.
import { createElement } from 'react';

export default function Layout({ children }) {
  return createElement('html', { lang: 'en' }, createElement('body', null, children));
}
